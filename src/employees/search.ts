import { type Sql, sql } from '../database/sql.js';
import { parseText } from '../values/text.js';

const maxSearchCharacters = 100;

/**
 * The condition for an employee `e` whose name, email address or title contains a text.
 *
 * @throws AppError BAD_USER_INPUT on a text that is too long, or has what no text may have
 */
export function matchesSearch(search: string): Sql {
  const text = parseText(search, 'filter.search', maxSearchCharacters);
  // Decomposed first: some characters become a % or a _ by that.
  const pattern = `%${text.normalize('NFKD').replace(/[\\%_]/g, '\\$&')}%`;
  return sql`e.search_text LIKE search_form(${pattern})`;
}
