import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { send } from '../client.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants } from '../invariants.js';
import { bonus, countPayments, issuePayment, salary } from '../issue-payment/support.js';
import { useProxy } from './proxy.js';
import { expectUnavailable, inTime } from './support.js';

const t = await useStipend();
const proxy = await useProxy(inject('postgres'));
const { url } = await t.startAnother({ DATABASE_URL: proxy.through(t.database.url) });

const rounds = 100;
const longestMs = 600_000;
const moments = ['before', 'after'] as const;

const pay = (input: object) => send(url, { query: issuePayment, variables: { input }, token: t.admin.token });
const editEmployee = `mutation ($input: EditEmployeeInput!) {
  editEmployee(input: $input) { employee { version title } }
}`;
const edit = (input: object) =>
  send(url, { query: editEmployee, variables: { input }, token: t.admin.token });

// The statement that pays is a transaction of its own: it is committed when the server is done with it.
const paying = /INSERT INTO payments/;
const committing = /^COMMIT/;

for (const moment of moments) {
  const written = moment === 'after' ? 1 : 0;

  test(
    `a connection cut ${moment} the server sees a payment's commit: the retry with the same key pays once`,
    async () => {
      for (let round = 0; round < rounds; round++) {
        const employeeId = await insertEmployee(t.database);
        const input = {
          ...(round % 2 ? salary(employeeId) : bonus(employeeId)),
          idempotencyKey: randomUUID(),
        };
        const cut = proxy.cutNext(paying, moment);
        expectUnavailable(await inTime('the payment', pay(input), 12_000), `round ${round}`);
        await cut;
        // Nobody has retried yet: it is there, or it is not, and the books are right either way.
        expect(await countPayments(t, employeeId)).toBe(written);
        const retries = await Promise.all([pay(input), pay(input)]);
        for (const retry of retries) expect(retry.errors, retry.text).toBeUndefined();
        const [first, second] = retries.map(({ data }) => data.issuePayment);
        expect(first.payment).toEqual(second.payment);
        expect([first.replayed, second.replayed].filter((replayed) => !replayed)).toHaveLength(1 - written);
        expect(await countPayments(t, employeeId)).toBe(1);
      }
      await expectInvariants(t.database);
    },
    longestMs,
  );

  test(
    `a connection cut ${moment} the server sees an edit's COMMIT: the retry of the same version changes it once`,
    async () => {
      for (let round = 0; round < Math.ceil(rounds / 3); round++) {
        const id = await insertEmployee(t.database);
        const input = { id, version: 1, title: 'Principal' };
        const cut = proxy.cutNext(committing, moment);
        expectUnavailable(await edit(input), `round ${round}`);
        await cut;
        const row = () => t.database.sql('SELECT version, title FROM employees WHERE id = $1', [id]);
        expect(await row()).toEqual([
          { version: 1 + written, title: moment === 'after' ? 'Principal' : 'Engineer' },
        ]);
        const retry = await edit(input);
        if (moment === 'after') expect(retry.errors?.[0]?.extensions.code, retry.text).toBe('CONFLICT');
        else
          expect(retry.data?.editEmployee.employee, retry.text).toEqual({ version: 2, title: 'Principal' });
        expect(await row()).toEqual([{ version: 2, title: 'Principal' }]);
      }
      await expectInvariants(t.database);
    },
    longestMs,
  );
}
