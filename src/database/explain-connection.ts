import { databaseFault, isDatabaseUnavailable } from './database-errors.js';

const notOfTheForm =
  'DATABASE_URL must have the form postgresql://user:password@host:5432/name. Write characters that are special in a URL as %XX.';

/** By SQLSTATE or the system's error code. */
const explanations: Record<string, string> = {
  ENOTFOUND: 'The host of DATABASE_URL is not known. Check its name.',
  EAI_AGAIN: 'The host of DATABASE_URL is not known. Check its name.',
  '28P01': "The database refuses DATABASE_URL's user or password. Check both.",
  '28000': "The database refuses DATABASE_URL's user or password. Check both.",
  '3D000': 'The database that DATABASE_URL names does not exist. Create it, empty, and start again.',
  ERR_INVALID_URL: notOfTheForm,
  '42501': "DATABASE_URL's user may not create tables. Make that user the database's owner.",
};

/** @returns one line for whoever set DATABASE_URL: what is wrong and how to fix it, without secrets */
export function explainConnection(error: unknown): string {
  if (error instanceof URIError) return notOfTheForm;
  const systemCode: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const code = databaseFault(error)?.sqlState ?? (typeof systemCode === 'string' ? systemCode : '');
  const explanation = Object.hasOwn(explanations, code) ? explanations[code] : undefined;
  if (explanation !== undefined) return explanation;
  if (isDatabaseUnavailable(error)) {
    return `The database of DATABASE_URL can't be reached${code && ` (${code})`}. Check its host and port, and that PostgreSQL runs there.`;
  }
  const [firstLine = ''] = error instanceof Error ? error.message.split('\n') : [];
  return `The database of DATABASE_URL can't be brought up to date: ${firstLine}`;
}
