import { expect, test } from 'vitest';
import { send } from '../client.js';
import { attack, megabytes, startTarget, times } from './support.js';

const target = await startTarget();
const { url, employeeToken } = target;

const maxGrowth = megabytes(600);
const idleBytes = target.memoryBytes();

test('documents of anonymous clients, each unlike the others, fill no cache', async () => {
  const { maxMemoryBytes } = await attack(target, { clients: 8, requests: 300 }, (index) =>
    send(url, { query: `{ me { id } } # ${index} ${'x'.repeat(15_900)}` }),
  );
  expect(maxMemoryBytes - idleBytes).toBeLessThan(maxGrowth);
});

test('documents of one signed-in client, each unlike the others, fill a cache to its bound and no further', async () => {
  const dense = (count: number) => times(count, () => 'id');
  const { maxMemoryBytes } = await attack(target, { clients: 8, requests: 300 }, (index) =>
    send(url, {
      query: `{ me { a${index}: id ${dense(450)} } } fragment A on User { ${dense(450)} } fragment B on User { ${dense(450)} }`,
      token: employeeToken,
    }),
  );
  expect(maxMemoryBytes - idleBytes).toBeLessThan(maxGrowth);
});
