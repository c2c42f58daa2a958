import { expect, test } from 'vitest';
import { send } from '../client.js';
import { expectCode } from '../expect.js';
import { attack, liveHonestly, megabytes, sendUnread, startTarget, times } from './support.js';

const target = await startTarget();
const { url, employeeToken } = target;

/** Not more than this on top of what an idle server takes, whatever is sent. */
const maxGrowth = megabytes(600);
const idleBytes = target.memoryBytes();

/** Payments of the own payments' employee: each alias is written once for each of 10,000 rows. */
const overPages = (fields: string) =>
  `{ payments(first: 100) { nodes { employee { payments(first: 100) { nodes { ${fields} } } } } } }`;

test('an alias of 220,000 letters over nested pages is refused, from eight clients at once', async () => {
  const query = overPages(`${'x'.repeat(220_000)}: id`);
  const { answers, maxMemoryBytes } = await attack(target, { clients: 8, requests: 24 }, () =>
    send(url, { query, token: employeeToken }),
  );
  for (const answer of answers) expectCode(answer, 'QUERY_TOO_COMPLEX');
  expect(maxMemoryBytes - idleBytes).toBeLessThan(maxGrowth);
});

/** Thirty names of a hundred letters, as often as the cost allows. */
const longNames = (count: number, field: string) =>
  times(count, (i) => `${'x'.repeat(98)}${10 + i}: ${field}`);
const widest = `{ payments(first: 100) { nodes { employee { payments(first: 5) { nodes { ${longNames(30, 'id')} } } } } } }`;

test('the largest answers that the limits allow do not add up, whether they are read or not', async () => {
  const { answers, maxMemoryBytes } = await attack(target, { clients: 8, requests: 24 }, (index) =>
    send(url, { query: `${widest} # ${index}`, token: employeeToken }),
  );
  for (const { text } of answers) expect(text.length).toBeLessThan(2_000_000);
  expect(maxMemoryBytes - idleBytes).toBeLessThan(maxGrowth);

  const unread = Promise.all(
    Array.from({ length: 100 }, (_, index) => sendUnread(url, `${widest} # ${index}`, employeeToken)),
  );
  const maxUnreadBytes = await liveHonestly(target, unread);
  for (const socket of await unread) socket.destroy();
  expect(maxUnreadBytes - idleBytes).toBeLessThan(maxGrowth);
});

test('answers larger than MAX_ANSWER_BYTES are refused, and cost no more than those below it', async () => {
  const note = '€'.repeat(500);
  await target.database.sql('UPDATE employees SET title = $1 WHERE id = $2', [
    note.slice(0, 100),
    target.employeeId,
  ]);
  const titles = `{ payments(first: 100) { nodes { employee { payments(first: 9) { nodes { employee { ${times(9, (i) => `a${i}: title b${i}: title`)} } } } } } } }`;
  const { answers, maxMemoryBytes } = await attack(target, { clients: 8, requests: 24 }, (index) =>
    send(url, { query: `${titles} # ${index}`, token: employeeToken }),
  );
  for (const answer of answers) expectCode(answer, 'QUERY_TOO_COMPLEX');
  expect(maxMemoryBytes - idleBytes).toBeLessThan(maxGrowth);
});

test('introspection of anonymous clients under long names, whose answers nobody reads, takes no memory to speak of', async () => {
  const fields = 'types { fields { type { name fields { name ...A } } } }';
  const huge = `{ __schema { ${fields} } } fragment A on __Field { ${'x'.repeat(7_000)}: name }`;
  const large = `{ __schema { types { fields { ${longNames(30, 'name')} ${times(60, () => 'description')} } } } }`;
  for (const query of [huge, large]) {
    const unread = Promise.all(Array.from({ length: 100 }, () => sendUnread(url, query)));
    const maxMemoryBytes = await liveHonestly(target, unread);
    for (const socket of await unread) socket.destroy();
    expect(maxMemoryBytes - idleBytes).toBeLessThan(maxGrowth);
  }
});
