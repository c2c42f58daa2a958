import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { send } from '../client.js';
import { expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { bonus, issuePayment, paid } from '../issue-payment/support.js';
import { copyOfLog, runAudit } from './support.js';

const t = await useStipend();
const others = [await t.startAnother(), await t.startAnother()];

interface Link {
  number: string;
  id: string;
  hash: string;
  text: string;
}

/** The chain as an auditor reads it, by SQL. */
const readChain = () =>
  t.database.sql<Link>(`
    SELECT c.number, e.id, encode(c.hash, 'hex') AS hash, jsonb_build_array(e.id,
      round(extract(epoch FROM e.at) * 1000)::bigint, e.actor_id, e.action, e.subject, e.changes, e.ip, e.count)::text AS text
    FROM audit_chain c JOIN audit_entries e ON e.id = c.entry_id ORDER BY c.number`);

const chainAll = () => t.gql('{ auditLog(first: 1) { nodes { id } } }', {}, t.admin);

test('writers on three processes make one chain, without a gap or a fork, of every entry', async () => {
  const payees = await Promise.all(Array.from({ length: 6 }, () => insertEmployee(t.database)));
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all([
      ...payees.flatMap((id) =>
        [t.url, ...others.map(({ url }) => url)].map((url) =>
          send(url, { query: issuePayment, variables: { input: bonus(id) }, token: t.admin.token }),
        ),
      ),
      ...others.map(({ url }) =>
        send(url, { query: '{ auditLog { nodes { hash } } }', token: t.admin.token }),
      ),
    ]);
    for (const answer of answers) expectData(answer);
  }
  await chainAll();
  const chain = await readChain();
  expect(chain.map(({ number }) => number)).toEqual(chain.map((_, index) => `${index + 1}`));
  let before = Buffer.alloc(32);
  for (const { hash, text } of chain) {
    before = createHash('sha256').update(before).update(text).digest();
    expect(before.toString('hex')).toBe(hash);
  }
  const entries = await t.database.sql<{ id: string }>('SELECT id FROM audit_entries ORDER BY id');
  expect(chain.map(({ id }) => id).sort()).toEqual(entries.map(({ id }) => id));
  expect(await t.database.sql('SELECT 1 FROM audit_unchained')).toEqual([]);
});

test('an entry is chained within a second, without anybody reading it', async () => {
  const { id } = await paid(t, bonus(t.employee.employeeId));
  await expect
    .poll(
      () =>
        t.database.sql(
          `SELECT 1 FROM audit_entries e JOIN audit_chain c ON c.entry_id = e.id WHERE e.subject = $1`,
          [id],
        ),
      {
        timeout: 5_000,
      },
    )
    .toHaveLength(1);
});

test('an entry of a transaction that commits after later ones were chained is chained all the same', async () => {
  const late = '01000000-0000-7000-8000-00000000000a';
  const slow = t.database.sql(
    `INSERT INTO audit_entries (id, at, action, changes) SELECT '${late}', '2026-11-22T09:30:00Z', 'a test', '[]' FROM pg_sleep(0.5)`,
  );
  await paid(t, bonus(t.employee.employeeId));
  await chainAll();
  await slow;
  await chainAll();
  expect((await readChain()).at(-1)?.id).toBe(late);
  expect(await runAudit(t.database, 'verify')).toContain('none was changed');
});

test('the database refuses every change of the chain and of the entries', async () => {
  for (const table of ['audit_chain', 'audit_entries']) {
    await expect(t.database.sql(`DELETE FROM ${table}`)).rejects.toThrow('never changed');
    await expect(t.database.sql(`TRUNCATE ${table} CASCADE`)).rejects.toThrow('never changed');
  }
  await expect(t.database.sql('UPDATE audit_chain SET number = number + 1')).rejects.toThrow('never changed');
});

test('the anchor is the head, and what it stands for is verified', async () => {
  const anchor = (await runAudit(t.database, 'anchor')).trim();
  const head = (await readChain()).at(-1);
  expect(anchor).toBe(`${head?.number}:${head?.hash}`);
  await paid(t, bonus(t.employee.employeeId));
  await chainAll();
  expect(await runAudit(t.database, 'verify', '--anchor', anchor)).toMatch(/^\d+ audit entries verified/);
  for (const words of [['verify', '--anchor', 'x'], ['anchor', 'x'], ['walk'], []]) {
    await expect(runAudit(t.database, ...words)).rejects.toThrow('Usage: npm run audit');
  }
});

/** What somebody who is no longer stopped by the triggers could do, to the third entry of the chain and to the last. */
const tampered: Array<[what: string, sql: string, fault: RegExp]> = [
  [
    'another action',
    `UPDATE audit_entries SET action = 'nothing' WHERE id = $third`,
    /number 3 .* was changed/,
  ],
  [
    'another time',
    `UPDATE audit_entries SET at = at + interval '1 ms' WHERE id = $third`,
    /number 3 .* was changed/,
  ],
  ['another actor', `UPDATE audit_entries SET actor_id = NULL WHERE id = $third`, /number 3 .* was changed/],
  [
    'another address',
    `UPDATE audit_entries SET ip = '10.0.0.1' WHERE id = $third`,
    /number 3 .* was changed/,
  ],
  ['another count', `UPDATE audit_entries SET count = 7 WHERE id = $third`, /number 3 .* was changed/],
  ['other changes', `UPDATE audit_entries SET changes = '[1]' WHERE id = $third`, /number 3 .* was changed/],
  ['another subject', `UPDATE audit_entries SET subject = id WHERE id = $third`, /number 3 .* was changed/],
  ['a removed entry', `DELETE FROM audit_entries WHERE id = $third`, /number 3 .* was removed/],
  ['a removed link', `DELETE FROM audit_chain WHERE number = 3`, /number 3 was removed/],
  [
    'an entry put in',
    `INSERT INTO audit_entries (id, at, action, changes) VALUES (gen_random_uuid(), now(), 'x', '[]')`,
    /inserted past/,
  ],
  [
    'an entry moved',
    `UPDATE audit_chain SET entry_id = gen_random_uuid() WHERE number = 3`,
    /number 3 .* was removed/,
  ],
  ['another hash', `UPDATE audit_chain SET hash = sha256(hash) WHERE number = 3`, /number 3 .* was changed/],
  [
    'a backdated entry',
    `ALTER TABLE audit_entries ENABLE TRIGGER USER; INSERT INTO audit_entries (id, at, action, changes)
    VALUES (gen_random_uuid(), '2026-01-01', 'x', '[]'); SELECT chain_audit_entries(100)`,
    /was inserted later/,
  ],
];

test.each(tampered)('%s is found, and named', async (_what, change, fault) => {
  await using copy = await copyOfLog(t.database);
  const third = (await copy.sql<{ id: string }>('SELECT entry_id AS id FROM audit_chain WHERE number = 3'))[0]
    ?.id;
  await copy.sql(`ALTER TABLE audit_entries DISABLE TRIGGER USER; ALTER TABLE audit_chain DISABLE TRIGGER USER;
    ${change.replaceAll('$third', `'${third}'`)}`);
  await expect(runAudit(copy, 'verify')).rejects.toThrow(fault);
});

test('a tail that was rewritten, hashes and all, or cut off, is found by the anchor', async () => {
  const anchor = (await runAudit(t.database, 'anchor')).trim();
  await using copy = await copyOfLog(t.database);
  const cut = 'SELECT max(number) - 2 FROM audit_chain';
  await copy.sql(`ALTER TABLE audit_entries DISABLE TRIGGER USER; ALTER TABLE audit_chain DISABLE TRIGGER USER;
    DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_chain WHERE number > (${cut}));
    DELETE FROM audit_chain WHERE number > (${cut})`);
  expect(await runAudit(copy, 'verify')).toContain('none was changed');
  await expect(runAudit(copy, 'verify', '--anchor', anchor)).rejects.toThrow('were removed');
  await copy.sql(`ALTER TABLE audit_entries ENABLE TRIGGER USER;
    INSERT INTO audit_entries (id, at, action, changes) SELECT gen_random_uuid(), '2026-11-22T09:30:00Z', 'forged', '[]'
      FROM generate_series(1, 2);
    SELECT chain_audit_entries(10)`);
  expect(await runAudit(copy, 'verify')).toContain('none was changed');
  await expect(runAudit(copy, 'verify', '--anchor', anchor)).rejects.toThrow('not the one of the anchor');
});
