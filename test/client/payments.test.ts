import { isStipendError, type PendingMutation } from '@stipend/client';
import { expect, test } from 'vitest';
import { insertEmployee } from '../factories.js';
import { adminPassword } from '../harness.js';
import { useClients } from './support.js';

const stipend = await useClients();
const document = `mutation Pay($input: IssuePaymentInput!) {
  issuePayment(input: $input) { replayed payment { id note } }
}`;

/** A payment that nothing but its key protects. */
async function bonus() {
  const email = `e${crypto.randomUUID()}@example.com`;
  const employeeId = await insertEmployee(stipend.database, { name: 'Ada', email });
  return { employeeId, kind: 'BONUS', amount: { amount: '10.00', currency: 'EUR' } };
}

async function countPayments(employeeId: string): Promise<number> {
  const rows = await stipend.database.sql(`SELECT 1 FROM payments WHERE employee_id = '${employeeId}'`);
  return rows.length;
}

/** Loses the first answers. */
function losing(losses: number, lose: () => Response): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    return String(init?.body).includes('issuePayment') && losses-- > 0 ? lose() : response;
  };
}

function broken(): never {
  throw new TypeError('connection lost');
}

const losses: Array<[string, () => Response]> = [
  ['no answer', broken],
  ['half an answer', () => new Response('{"data":{"issuePay')],
  ['502', () => new Response('<html>Bad Gateway</html>', { status: 502 })],
  ['503', () => new Response('busy', { status: 503, headers: { 'retry-after': '0' } })],
];

for (const [name, lose] of losses) {
  test(`a payment is made once when three answers are lost: ${name}`, async () => {
    const client = stipend.client({ fetch: losing(3, lose) });
    await client.login('admin', adminPassword);
    const input = await bonus();
    expect(await client.mutate(document, { input })).toMatchObject({ issuePayment: { replayed: true } });
    expect(await countPayments(input.employeeId)).toBe(1);
  });
}

test('the key is handed out before the first send, and a reload goes on with it', async () => {
  const kept = new Map<string, PendingMutation>();
  const pending = {
    add: async (mutation: PendingMutation) => void kept.set(mutation.key, mutation),
    remove: (key: string) => void kept.delete(key),
    list: () => [...kept.values()],
  };
  const client = stipend.client({
    pending,
    fetch: losing(9, broken),
    retry: { maxTries: 2, firstDelayMs: 1 },
  });
  await client.login('admin', adminPassword);
  const input = await bonus();
  const keys: string[] = [];
  const onKey = async (key: string) => {
    keys.push(key, String(await countPayments(input.employeeId)));
  };
  const error: unknown = await client.mutate(document, { input }, { onKey }).catch((caught) => caught);
  expect(isStipendError(error, 'NO_ANSWER') && error.extensions.mayHaveHappened).toBe(true);
  expect(keys).toEqual([[...kept.keys()][0], '0']);

  const reloaded = stipend.client({ pending });
  await reloaded.login('admin', adminPassword);
  const [resumed] = await reloaded.resume();
  expect(resumed?.outcome).toMatchObject({
    status: 'fulfilled',
    value: { issuePayment: { replayed: true } },
  });
  expect(kept.size).toBe(0);
  expect(await countPayments(input.employeeId)).toBe(1);
});

test('a key of the caller stays', async () => {
  const client = stipend.client();
  await client.login('admin', adminPassword);
  const input = { ...(await bonus()), idempotencyKey: 'mine' };
  await client.mutate(document, { input });
  expect(await client.mutate(document, { input })).toMatchObject({ issuePayment: { replayed: true } });
});

test('what has no key is not sent again', async () => {
  let sends = 0;
  const client = stipend.client({
    fetch: async (input, init) => {
      if (!String(init?.body).includes('createUser')) return fetch(input, init);
      sends++;
      throw new TypeError('connection lost');
    },
  });
  await client.login('admin', adminPassword);
  const mixed = `mutation ($pay: IssuePaymentInput!, $user: CreateUserInput!) {
    issuePayment(input: $pay) { replayed }
    createUser(input: $user) { user { id } }
  }`;
  await expect(client.mutate(mixed, { pay: await bonus(), user: {} })).rejects.toMatchObject({
    code: 'NO_ANSWER',
  });
  expect(sends).toBe(1);
});

test('of several payments, what was done is told beside the error', async () => {
  const client = stipend.client();
  await client.login('admin', adminPassword);
  const two = `mutation ($a: IssuePaymentInput!, $b: IssuePaymentInput!) {
    a: issuePayment(input: $a) { replayed }
    b: issuePayment(input: $b) { replayed }
  }`;
  const input = await bonus();
  const refused = { ...input, amount: { amount: '1.00', currency: 'USD' } };
  const error: unknown = await client.mutate(two, { a: input, b: refused }).catch((caught) => caught);
  expect(error).toMatchObject({
    code: 'BAD_USER_INPUT',
    data: { a: { replayed: false }, b: null },
  });
  expect(await countPayments(input.employeeId)).toBe(1);
});

test('an operation that is known to take long is waited for longer than others', async () => {
  let asked = 0;
  const silent: typeof fetch = (_input, init) => {
    asked += 1;
    return new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
    });
  };
  const client = stipend.client({ fetch: silent, retry: { timeoutSeconds: 0.05, maxTries: 1 } });
  const gaveUp = (error: unknown) => isStipendError(error, 'NO_ANSWER');
  const outcomes: string[] = [];
  const ask = (name: string, timeoutSeconds?: number) =>
    client.query('{ __typename }', {}, { timeoutSeconds }).catch((error) => {
      outcomes.push(gaveUp(error) ? name : String(error));
    });
  await Promise.all([ask('long', 0.2), ask('usual')]);
  expect(outcomes).toEqual(['usual', 'long']);
  expect(asked).toBe(2);
});
