import { queryOf, statementOf } from './statements.js';

/** Stands in for src/database/rows-together.ts: each read is a statement of its own. */
export const createRowsTogether = (send) => (statement) => {
  const { template, values } = statementOf(statement);
  return send(queryOf(template, values));
};
