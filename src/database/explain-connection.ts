import { databaseFault, isDatabaseUnavailable } from './database-errors.js';
import { UnsuitableDatabase } from './inspect.js';
import { MigrationError } from './migrate.js';
import { SessionError } from './session.js';

const notOfTheForm =
  'DATABASE_URL must have the form postgresql://user:password@host:5432/name. Write characters that are special in a URL as %XX.';

/** By SQLSTATE or the system's error code. */
const explanations: Record<string, string> = {
  ENOTFOUND: 'The host of DATABASE_URL is not known. Check its name.',
  EAI_AGAIN: 'The host of DATABASE_URL is not known. Check its name.',
  '28P01': "The database refuses DATABASE_URL's user or password. Check both.",
  '28000': "The database refuses DATABASE_URL's user: it does not exist, or is not allowed to log in.",
  '3D000': 'The database that DATABASE_URL names does not exist. Create it, empty, and start again.',
  '25006':
    'The database of DATABASE_URL takes no writes: it is a replica, or read-only. Name the primary in DATABASE_URL.',
  '57P03': 'The database of DATABASE_URL is starting up. Start again in a moment.',
  '53300': 'The database of DATABASE_URL has no connection left. Close some, or raise max_connections.',
  '55P03':
    'Another program holds a lock on a table that a migration changes. End what it does, and start again.',
  ERR_INVALID_URL: notOfTheForm,
  '42501': "DATABASE_URL's user may not create tables. Make that user the database's owner.",
};

/** By a part of the message, where PostgreSQL, a pooler or pg has no code of its own for it. */
const explanationsOfMessages: Array<[RegExp, string]> = [
  [
    /does not support SSL connections/,
    'The server of DATABASE_URL does not offer TLS, which its sslmode (or PGSSLMODE) asks for. Add sslmode=disable, or turn TLS on at the server.',
  ],
  [
    /pg_hba\.conf entry.{0,400}no encryption|SSL required|SSL connection is required/i,
    "The server of DATABASE_URL accepts this user only over TLS, or not at all. Add sslmode=verify-full to the URL, or an entry to the server's pg_hba.conf.",
  ],
  [
    /pg_hba\.conf/,
    "The server of DATABASE_URL does not accept this user, for this database, from here. Add an entry to the server's pg_hba.conf.",
  ],
  [
    /not currently accepting connections/,
    'The database that DATABASE_URL names accepts no connections: its ALLOW_CONNECTIONS is off.',
  ],
  [
    /statement pooling|transaction blocks not allowed/i,
    'The pooler of DATABASE_URL is in statement mode, which has no transactions. Set it to pool_mode = transaction or session.',
  ],
  [
    /unsupported startup parameter/,
    'The pooler of DATABASE_URL refuses the options that PGOPTIONS or the URL sends. Remove them, or list them in its ignore_startup_parameters.',
  ],
];

const untrusted =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|CERT_.*|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/** @returns one line for whoever set DATABASE_URL: what is wrong and how to fix it, without secrets */
export function explainConnection(error: unknown): string {
  if (error instanceof URIError) return notOfTheForm;
  if (error instanceof UnsuitableDatabase) return error.message;
  if (error instanceof SessionError) return `The database of DATABASE_URL can't be used: ${error.message}.`;
  const { message } = error instanceof Error ? error : { message: '' };
  const systemCode: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const code = databaseFault(error)?.sqlState ?? (typeof systemCode === 'string' ? systemCode : '');
  const known =
    explanationsOfMessages.find(([pattern]) => pattern.test(message))?.[1] ??
    (Object.hasOwn(explanations, code) ? explanations[code] : undefined);
  if (known !== undefined) return known;
  if (untrusted.test(code)) {
    return `The certificate of DATABASE_URL's server is not trusted (${code}). Name its CA with sslrootcert=FILE, or add sslmode=no-verify, which does not check it.`;
  }
  if (isDatabaseUnavailable(error)) {
    return `The database of DATABASE_URL can't be reached${code && ` (${code})`}. Check its host and port, and that PostgreSQL runs there.`;
  }
  const which =
    error instanceof MigrationError ? `, in the migration ${error.migration}, of which nothing remains` : '';
  const [firstLine = ''] = (
    error instanceof MigrationError && error.cause instanceof Error ? error.cause.message : message
  ).split('\n');
  return `The database of DATABASE_URL can't be brought up to date${which}: ${firstLine}`;
}
