import { type Rights, roles, table } from './table.js';

const head = `# Who may what

<!-- Generated from test/permissions/table.ts by \`npx vitest run test/permissions -u\`. Edit the table, not this page. -->

graphql-shield decides by the caller's role, before a resolver runs; an operation without a rule does not compile, and
would be refused. Which rows a caller sees is for the \`where\` clause of the query that reads them to say, so a hidden
row and a missing row get the same answer. The role is the one that the user has now, not the one that the token was
issued with. The tests hold each line below against a running server, by every way that leads to the field.

- **allowed**: what there is, whoever it belongs to.
- **own rows only**: what belongs to the caller. Somebody else's looks like what does not exist.
- **hidden**: always the answer to what does not exist: null, or an empty list.
- **refused**: \`UNAUTHENTICATED\` for somebody who is not logged in, \`FORBIDDEN\` for everybody else, and nothing is
  read or written.

Everything below the payload of \`login\` and \`refreshSession\` is read as the user who has logged in, with the rights of
that user's role.

Anybody may ask for \`__typename\`. The schema itself may be asked for where introspection is on, by anybody; under
\`NODE_ENV=production\` it is off.
`;

const operationTypes = ['Query', 'Mutation', 'Subscription'];

/** The table for people: docs/permissions.md. */
export function renderPage(): string {
  const types = Object.entries(table);
  const operations = types.filter(([type]) => operationTypes.includes(type));
  const objects = types.filter(([type]) => !operationTypes.includes(type));
  return [
    head,
    '## Operations\n',
    ...operations.map(
      ([type, fields]) => `### ${type}\n\n${renderRows('Operation', Object.entries(fields))}\n`,
    ),
    '## Object types\n',
    'What is refused or hidden here is so by every way to it.\n',
    ...objects.map(([type, fields]) => `### ${type}\n\n${renderRows('Fields', grouped(fields))}\n`),
  ].join('\n');
}

/** Fields of equal rights share a row. */
function grouped(fields: Record<string, Rights>): Array<[string, Rights]> {
  const groups = new Map<string, { names: string[]; rights: Rights }>();
  for (const [name, rights] of Object.entries(fields)) {
    const key = rights.join();
    const group = groups.get(key) ?? { names: [], rights };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ names, rights }) => [names.join('`, `'), rights]);
}

function renderRows(title: string, rows: Array<[string, Rights]>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line([title, ...roles]),
    line(['---', ...roles.map(() => '---')]),
    ...rows.map(([names, rights]) => line([`\`${names}\``, ...rights])),
  ].join('\n');
}
