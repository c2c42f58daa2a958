import { expect, onTestFinished, test, vi } from 'vitest';
import { createGate } from '../../src/gate.js';

const most = 8;
const longMs = 50;
const shortMs = 0.1;

/** Works that run until they are told to end. */
function openGate() {
  const gate = createGate(most);
  const running: Array<() => void> = [];
  const begun: number[] = [];
  const done: Array<Promise<void>> = [];
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    gate,
    running,
    begun,
    add: async (count: number) => {
      const first = done.length;
      for (let index = first; index < first + count; index++) {
        const work = () => {
          begun.push(index);
          return new Promise<void>((resolve) => running.push(resolve));
        };
        done.push(gate.run(work, () => true));
      }
      await settle();
    },
    turn: async (ms: number, times: number) => {
      for (let turn = 0; turn < times; turn++) gate.turned(ms);
      await settle();
    },
    endOne: async () => {
      running.shift()?.();
      await settle();
    },
    endAll: async () => {
      while (running.length > 0) {
        running.shift()?.();
        await settle();
      }
      await Promise.all(done);
    },
  };
}

test('so many works run at the same time, and the others in the order in which they came', async () => {
  const { running, begun, add, endOne, endAll } = openGate();
  await add(most + 3);
  expect(running).toHaveLength(most);
  await endOne();
  expect(running).toHaveLength(most);
  await endAll();
  expect(begun).toEqual(Array.from({ length: most + 3 }, (_, index) => index));
});

test('after long turns of the event loop fewer run, but never fewer than three, and all are run in the end', async () => {
  const { running, begun, add, turn, endOne, endAll } = openGate();
  await add(40);
  await turn(longMs, 20);
  // What has begun is not stopped.
  expect(running).toHaveLength(most);
  for (let ended = 0; ended < 5; ended++) await endOne();
  expect(running).toHaveLength(3);
  await endOne();
  expect(running).toHaveLength(3);
  await endAll();
  expect(begun).toHaveLength(40);
});

test('after short turns more run again, at once and up to as many as may: what waits for a lock does not hold all others up', async () => {
  const { running, add, turn, endOne, endAll } = openGate();
  await add(60);
  await turn(longMs, 20);
  for (let ended = 0; ended < 5; ended++) await endOne();
  await turn(shortMs, 2);
  expect(running).toHaveLength(5);
  await turn(shortMs, 100);
  expect(running).toHaveLength(most);
  await endAll();
});

test('a second after the last turn that was told of as many run as before, whatever the few that run wait for', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { running, add, turn, endOne, endAll } = openGate();
  await add(40);
  await turn(longMs, 20);
  for (let ended = 0; ended < 5; ended++) await endOne();
  vi.advanceTimersByTime(999);
  await turn(longMs, 1);
  vi.advanceTimersByTime(999);
  await add(0);
  expect(running).toHaveLength(3);
  vi.advanceTimersByTime(1);
  await add(0);
  expect(running).toHaveLength(most);
  await endAll();
});

test('when nobody waits any more, as many run as before', async () => {
  const { running, add, turn, endAll } = openGate();
  await add(most + 1);
  await turn(longMs, 20);
  await endAll();
  await add(most + 1);
  expect(running).toHaveLength(most);
  await endAll();
});
