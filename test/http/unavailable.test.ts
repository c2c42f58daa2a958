import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Answer, send } from '../client.js';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';
import { lockPayments } from './support.js';

const t = await useStipend();

const mutation = 'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }';
const query = '{ payments { totalCount } }';

const input = () => ({
  employeeId: t.employee.employeeId,
  kind: 'BONUS',
  amount: { amount: '1.00', currency: 'EUR' },
  idempotencyKey: randomUUID(),
});

/** Sends an operation, whose connections to the database are ended while it waits. */
async function cutOff(document: string, variables: object): Promise<Answer> {
  const release = await lockPayments(t);
  const answer = send(t.url, { query: document, variables, token: t.admin.token });
  let isAnswered = false;
  void answer.finally(() => {
    isAnswered = true;
  });
  while (!isAnswered) {
    await t.database.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
  }
  await release();
  return answer;
}

function expectUnavailable(answer: Answer): void {
  expectCode(answer, 'SERVICE_UNAVAILABLE');
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
}

test('where SERVICE_UNAVAILABLE is the only answer it is 503 with Retry-After, the first time and when the document is known', async () => {
  for (let count = 0; count < 3; count++) {
    expectUnavailable(await cutOff(query, {}));
    expectUnavailable(await cutOff(mutation, { input: input() }));
    expect((await t.gql(query, {}, t.admin)).status).toBe(200);
    expect((await t.gql(mutation, { input: input() }, t.admin)).status).toBe(200);
  }
});

test('where there is another answer beside it, the status is 200', async () => {
  const both = `mutation ($input: IssuePaymentInput!) { name: __typename ${mutation.slice(mutation.indexOf('{') + 1)}`;
  const answer = await cutOff(both, { input: input() });
  expect(answer.status).toBe(200);
  expect(answer.data).toEqual({ name: 'Mutation', issuePayment: null });
});
