import { afterAll } from 'vitest';
import { type App, createApp } from '../src/start/app.js';
import { parseConfig } from '../src/start/config.js';
import type { Overrides } from '../src/start/overrides.js';
import { createLog } from '../src/telemetry/log.js';
import type { Clock } from '../src/values/clock.js';
import { type Answer, logIn, send } from './client.js';
import { createDatabase, type TestDatabase } from './database.js';
import { insertEmployee, insertUser, lowPasswordCost, userPassword } from './factories.js';
import { expectNoSecretIn } from './no-secrets.js';

export const adminPassword = 'correct horse battery staple';
export const jwtSecret = 'a JWT secret for tests, of more than 32 bytes';
const dataKey = 'a data key for tests, of more than 32 bytes';

/** Statements that come now and then, whatever is asked. */
const background = ['chain_audit_entries', 'SET last_used_at'];

/** A clock that a test moves. It starts at 2026-11-22T09:30:00Z, a Sunday, or when it is told to, and stands still. */
export class TestClock implements Clock {
  #now: number;
  constructor(startMs = Date.parse('2026-11-22T09:30:00.000Z')) {
    this.#now = startMs;
  }
  now(): Date {
    return new Date(this.#now);
  }
  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

/** Somebody who is logged in. */
export interface Account {
  id: string;
  username: string;
  token: string;
}

/** A running Stipend on a database of its own, and what a test does with it. */
export interface Harness {
  readonly url: string;
  readonly clock: TestClock;
  readonly database: TestDatabase;
  /** Every line that was logged. */
  readonly logLines: string[];
  /** Every SQL statement that was sent. */
  readonly statements: string[];
  readonly admin: Account;
  readonly viewer: Account;
  /** A user who is one of the employees. */
  readonly employee: Account & { employeeId: string };
  /** Runs an operation over HTTP, with a user's real token or with none. */
  gql(query: string, variables?: object, account?: { token: string }): Promise<Answer>;
  /** Makes a user and logs that user in. */
  account(username: string, role: 'ADMIN' | 'VIEWER' | 'EMPLOYEE', employeeId?: string): Promise<Account>;
  /** Starts one more process's worth of Stipend on the same database. A test may stop it before the file ends. */
  startAnother(env?: Record<string, string>): Promise<App>;
}

/**
 * Starts Stipend for a test file, with an admin, a viewer and an employee who is a user; all of it ends with the file.
 *
 * @param overrides what createApp is given in place of what the harness gives it
 */
export async function useStipend(
  env: Record<string, string> = {},
  overrides: Partial<Overrides> = {},
): Promise<Harness> {
  const clock = new TestClock();
  const logLines: string[] = [];
  const statements: string[] = [];
  const apps: App[] = [];
  const database = await createDatabase();
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await database.drop();
    expectNoSecretIn(logLines.join(''), [database.url, adminPassword, userPassword, jwtSecret, dataKey]);
  });

  const startAnother = async (extra: Record<string, string> = {}): Promise<App> => {
    const config = parseConfig({
      PORT: '0',
      DATABASE_URL: database.url,
      JWT_SECRET: jwtSecret,
      DATA_KEY: dataKey,
      ADMIN_PASSWORD: adminPassword,
      ...env,
      ...extra,
    });
    const log = createLog(config.logLevel, { write: (line: string) => logLines.push(line) });
    const started = await createApp(config, {
      clock,
      log,
      passwordCost: lowPasswordCost,
      // What is done in the background is not what a test asks for.
      onStatement: (text) => background.some((part) => text.includes(part)) || statements.push(text),
      ...overrides,
    });
    let stopping: Promise<void> | undefined;
    const stop = () => {
      stopping ??= started.stop();
      return stopping;
    };
    const app = { ...started, stop };
    apps.push(app);
    return app;
  };

  const { url } = await startAnother();
  const account = async (username: string, role: 'ADMIN' | 'VIEWER' | 'EMPLOYEE', employeeId?: string) => {
    const id = await insertUser(database, {
      username,
      role,
      ...(employeeId !== undefined && { employeeId }),
    });
    return { id, username, token: await logIn(url, username, userPassword) };
  };
  const [first] = await database.sql<{ id: string }>('SELECT id FROM users');
  const employeeId = await insertEmployee(database, { name: 'Emil Own', email: 'emil@example.com' });
  return {
    url,
    clock,
    database,
    logLines,
    statements,
    admin: { id: first?.id ?? '', username: 'admin', token: await logIn(url, 'admin', adminPassword) },
    viewer: await account('vera', 'VIEWER'),
    employee: { ...(await account('emil', 'EMPLOYEE', employeeId)), employeeId },
    gql: (query, variables, as) => send(url, { query, variables, token: as?.token }),
    account,
    startAnother,
  };
}
