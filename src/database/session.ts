import pg from 'pg';
import { type Connection, clientConfigOf } from './connection.js';
import { clientOfHosts } from './hosts.js';
import type { SendStatement } from './statement-tracing.js';

/** Settings of every session, whatever the defaults of the server, the database and the role are. */
const ownSettings: Readonly<Record<string, string>> = {
  client_encoding: 'UTF8',
  // Instants that are read as text have one form, and Prisma writes them without a zone.
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  // A statement that has waited for a lock must see what it waited for.
  default_transaction_isolation: 'read committed',
  // Stipend's statements use the same index whatever their values; planning them each time costs more than running them.
  plan_cache_mode: 'force_generic_plan',
  // A bitmap scan has no order: for one page, all rows of an employee would be read and sorted.
  enable_bitmapscan: 'off',
  // A statement of several payments seems large to the planner, and compiling it takes longer than a request may.
  jit: 'off',
  idle_in_transaction_session_timeout: '15s',
};

/** The session of a new connection is not as Stipend needs it. The message has no values of the database. */
export class SessionError extends Error {}

/** What a database is like, as a new connection finds it. */
export interface Session {
  readonly encoding: string;
  /** Whether a program between this one and PostgreSQL may give each transaction another session. */
  readonly pooled: boolean;
}

const sessionTimeoutMs = 5_000;

/**
 * Sets the settings of a new connection, and checks that they hold. Where a pooler is between, they are set in each
 * transaction, statements are not prepared by name, and each statement is a transaction: the next one may have another
 * session.
 *
 * @throws SessionError when they do not hold, or the database is not encoded in UTF-8
 */
export async function prepareSession(
  client: pg.ClientBase,
  settings: Readonly<Record<string, string>>,
): Promise<Session> {
  const processId = 'processID' in client && typeof client.processID === 'number' ? client.processID : 0;
  const all = { ...settings, ...ownSettings };
  // A pooler makes up a process id of its own for each client.
  const query = {
    text: `SELECT pg_backend_pid() <> ${processId} AS pooled, current_setting('server_encoding') AS encoding,
      current_setting('session_replication_role') AS triggers, ${setAll(all, `pg_backend_pid() <> ${processId}`)}`,
    query_timeout: sessionTimeoutMs,
  };
  const { rows } = await client.query<SessionRow>(query);
  const [row] = rows;
  if (!row) throw new SessionError('the database has not answered');
  if (row.encoding !== 'UTF8') {
    throw new SessionError(`the database is encoded in ${row.encoding}, and Stipend needs UTF8`);
  }
  if (row.triggers !== 'origin') {
    throw new SessionError('session_replication_role turns the triggers off that protect payments');
  }
  if (row.pooled) await setInEachTransaction(client, all);
  await check(client, settings.role);
  return { encoding: row.encoding, pooled: row.pooled };
}

interface SessionRow {
  encoding: string;
  triggers: string;
  pooled: boolean;
}

/** @param isLocal an expression: whether they hold for this transaction only */
function setAll(settings: Record<string, string>, isLocal: string): string {
  const { escapeLiteral } = pg;
  // The role comes last: it may not be allowed to change the others.
  const { role, ...others } = settings;
  const ordered = Object.entries({ ...others, ...(role !== undefined && { role }) });
  return ordered
    .map(([name, value]) => `set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, ${isLocal})`)
    .join(', ');
}

/** The settings on which what is stored and read depends. */
async function check(client: pg.ClientBase, role: string | undefined): Promise<void> {
  const { rows } = await client.query<{ wrong: string | null }>(
    `SELECT string_agg(name, ', ') AS wrong FROM (VALUES
      ('TimeZone', current_setting('TimeZone') = 'UTC'),
      ('DateStyle', current_setting('DateStyle') LIKE 'ISO%'),
      ('client_encoding', current_setting('client_encoding') = 'UTF8'),
      ('transaction_isolation', current_setting('transaction_isolation') = 'read committed'),
      ('role', current_user = ${role === undefined ? 'current_user' : pg.escapeLiteral(role)}))
      AS setting (name, holds) WHERE NOT holds`,
  );
  const wrong = rows[0]?.wrong;
  if (wrong) throw new SessionError(`the settings of the session do not hold: ${wrong}`);
}

async function setInEachTransaction(client: pg.ClientBase, settings: Record<string, string>): Promise<void> {
  const begin = `BEGIN; SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SELECT ${setAll(settings, 'true')}`;
  const send: SendStatement = client.query.bind(client);
  const alone = async (statement: string | pg.QueryConfig, values: unknown[] | undefined) => {
    await send(begin);
    try {
      const result = await send(statement, values);
      await send('COMMIT');
      return result;
    } catch (error) {
      // Fails where the connection does, which the error says.
      await Promise.resolve(send('ROLLBACK')).catch(() => {});
      throw error;
    }
  };
  const query = (given: string | pg.QueryConfig, ...rest: unknown[]): unknown => {
    const statement = unnamed(given);
    const callback = rest.find(isCallback);
    const values = rest.find((each): each is unknown[] => Array.isArray(each));
    const isBegin = /^\s*BEGIN\s*$/i.test(typeof statement === 'string' ? statement : statement.text);
    const result =
      client.getTransactionStatus() !== 'I'
        ? Promise.resolve(send(statement, values))
        : isBegin
          ? Promise.resolve(send(begin))
          : alone(statement, values);
    if (!callback) return result;
    result.then(
      (answer) => callback(undefined, answer),
      (error: unknown) => callback(error, undefined),
    );
    return undefined;
  };
  Object.assign(client, { query });
}

function unnamed(statement: string | pg.QueryConfig): string | pg.QueryConfig {
  if (typeof statement === 'string') return statement;
  const { name: _, ...rest } = statement;
  return rest;
}

function isCallback(value: unknown): value is (error: unknown, result: unknown) => void {
  return typeof value === 'function';
}

/** Opens one connection, apart from the pool. Whoever opens it ends it. */
export async function openClient(connection: Connection, config: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new (clientOfHosts(connection.hosts))({
    connectionTimeoutMillis: sessionTimeoutMs,
    ...clientConfigOf(connection),
    ...config,
  });
  client.on('error', () => {
    // What uses it fails, and says so.
  });
  await client.connect();
  try {
    await prepareSession(client, connection.settings);
    return client;
  } catch (error) {
    client.end().catch(() => {});
    throw error;
  }
}
