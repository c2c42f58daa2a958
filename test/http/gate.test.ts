import { expect, test } from 'vitest';
import { createGate } from '../../src/concurrency/gate.js';

const most = 8;

/** Works that run until they are told to end. */
function openGate() {
  const gate = createGate(most);
  const running: Array<() => void> = [];
  const begun: number[] = [];
  const done: Array<Promise<void>> = [];
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const endOne = async () => {
    running.shift()?.();
    await settle();
  };
  return {
    gate,
    running,
    begun,
    settle,
    endOne,
    add: async (count: number) => {
      const first = done.length;
      for (let index = first; index < first + count; index++) {
        const work = () => {
          begun.push(index);
          return new Promise<void>((resolve) => running.push(resolve));
        };
        done.push(gate.run(work));
      }
      await settle();
    },
    endAll: async () => {
      while (running.length > 0) await endOne();
      await Promise.all(done);
    },
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test('so many works run at the same time, and the others in the order in which they came', async () => {
  const { running, begun, add, endOne, endAll } = openGate();
  await add(most + 3);
  expect(running).toHaveLength(most);
  await endOne();
  expect(running).toHaveLength(most);
  await endAll();
  expect(begun).toEqual(upTo(most + 3));
});
