import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';

const t = await useStipend();
const times = [1, 2, 3, 4];

const both = `mutation ($first: IssuePaymentInput!, $second: IssuePaymentInput!) {
  first: issuePayment(input: $first) { payment { id } }
  second: issuePayment(input: $second) { payment { id } }
}`;

test('of two mutations in one document each is answered by its own name, however often it is sent', async () => {
  const employeeId = await insertEmployee(t.database, { name: 'Ada Two', email: 'ada.two@example.com' });
  const bonus = (amount: string) => ({ employeeId, amount: { amount, currency: 'EUR' }, kind: 'BONUS' });
  for (const time of times) {
    const answer = await t.gql(both, { first: bonus('0.00'), second: bonus('5.00') }, t.admin);
    expect(answer.errors, `time ${time}`).toMatchObject([
      { path: ['first'], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(answer.data, `time ${time}`).toEqual({
      first: null,
      second: { payment: { id: expect.any(String) } },
    });
    const paid = await t.database.sql('SELECT FROM payments WHERE employee_id = $1', [employeeId]);
    expect(paid, `time ${time}`).toHaveLength(time);
  }
});

test('a mutation that is known is answered at once when it is given null where none may be', async () => {
  const revoke = 'mutation ($id: ID!) { revokeSession(id: $id) { __typename } }';
  const known = await t.gql(revoke, { id: randomUUID() }, t.admin);
  for (const time of times) {
    const answer = await t.gql(revoke, { id: null }, t.admin);
    expectCode(answer, 'BAD_USER_INPUT', { of: `time ${time}` });
  }
  expect(known.status).toBe(200);
});
