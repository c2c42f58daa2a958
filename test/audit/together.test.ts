import { afterAll, expect, onTestFinished, test } from 'vitest';
import type { AuditEvent } from '../../src/audit/audit.js';
import { createAuditWriter } from '../../src/audit/audit-writer.js';
import { openDatabase } from '../../src/database/database.js';
import { createDatabase } from '../database.js';

const database = await createDatabase();
afterAll(() => database.drop());

const limited = (ip: string): AuditEvent => ({
  ...{ at: new Date(), action: 'login.limited', actorId: null, subject: null },
  ip,
});

test('entries that come at the same time share statements, and one that PostgreSQL refuses fails alone', async () => {
  const sent: string[] = [];
  const db = openDatabase({
    connection: { connectionString: database.url },
    poolSize: 4,
    statementTimeoutMs: 10_000,
    onConnectionLost: () => {},
    onStatement: (text) => sent.push(text),
  });
  onTestFinished(() => db.close());
  const writer = createAuditWriter(db);
  const addresses = Array.from({ length: 20 }, (_, index) => `192.0.2.${index}`);
  await Promise.all(addresses.map((ip) => writer.write(limited(ip))));
  expect(sent.length).toBeLessThan(4);

  const outcomes = await Promise.allSettled(
    ['198.51.100.1', 'no address\0', '198.51.100.2'].map((ip) => writer.write(limited(ip))),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const written = await database.sql<{ ip: string }>('SELECT ip FROM audit_entries ORDER BY ip');
  expect(written.map(({ ip }) => ip)).toEqual([...addresses, '198.51.100.1', '198.51.100.2'].sort());
});
