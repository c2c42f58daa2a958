import { describe, expect, test } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { useStipend } from '../harness.js';
import { World } from '../permissions/world.js';
import { at, leavesOf, type Path, type Place, read, selectionOf } from './support.js';

const t = await useStipend({ MAX_TOKENS: '20000', MAX_FIELDS: '5000', MAX_COST: '1000000' });
const world = await World.create(t);
// Somebody who has left: a status that is worked out of a day that was not read would be ACTIVE.
await t.database.sql(
  `UPDATE employees SET terminated_on = CASE WHEN id = $1 THEN date '2026-10-31' ELSE '2030-12-31' END`,
  [world.employeeId.others],
);
const ids = { id: world.employeeId.others, p: world.paymentId.others };
const schema = createSchema();

const employeePlaces: Record<string, Place> = {
  'Query.employee': { around: (s, more) => `{ employee(id: $id) ${s} } ${more}`, keys: ['employee'] },
  nodes: {
    around: (s, more) => `{ employees(first: 9) { nodes ${s} } } ${more}`,
    keys: ['employees', 'nodes'],
  },
  'edges { node }': {
    around: (s, more) => `{ employees(first: 9) { edges { node ${s} } } } ${more}`,
    keys: ['employees', 'edges', 'node'],
  },
  'Payment.employee': {
    around: (s, more) => `{ payment(id: $p) { employee ${s} } } ${more}`,
    keys: ['payment', 'employee'],
  },
  'Payment.employee of a list': {
    around: (s, more) => `{ payments(first: 9) { nodes { employee ${s} } } } ${more}`,
    keys: ['payments', 'nodes', 'employee'],
  },
  'User.employee': {
    around: (s, more) => `{ users { nodes { employee ${s} } } } ${more}`,
    keys: ['users', 'nodes', 'employee'],
  },
};

const paymentPlaces: Record<string, Place> = {
  'Query.payment': { around: (s, more) => `{ payment(id: $p) ${s} } ${more}`, keys: ['payment'] },
  nodes: {
    around: (s, more) => `{ payments(first: 9) { nodes ${s} } } ${more}`,
    keys: ['payments', 'nodes'],
  },
  'edges { node }': {
    around: (s, more) => `{ payments(first: 9) { edges { node ${s} } } } ${more}`,
    keys: ['payments', 'edges', 'node'],
  },
  'Employee.payments': {
    around: (s, more) => `{ employee(id: $id) { payments { nodes ${s} } } } ${more}`,
    keys: ['employee', 'payments', 'nodes'],
  },
  'Employee.payments of a list, by edges': {
    around: (s, more) => `{ employees { nodes { payments { edges { node ${s} } } } } } ${more}`,
    keys: ['employees', 'nodes', 'payments', 'edges', 'node'],
  },
  'Payment.replaces': {
    around: (s, more) => `{ payment(id: $p) { replaces ${s} } } ${more}`,
    keys: ['payment', 'replaces'],
  },
  'Payment.replacedBy': {
    around: (s, more) => `{ payment(id: $p) { replacedBy ${s} } } ${more}`,
    keys: ['payment', 'replacedBy'],
  },
};

/** Values that are null in this database wherever they are asked for. */
const alwaysNull = (path: Path) => /disabledAt|startCursor|endCursor/.test(path.join('.'));

const types: Array<[string, Record<string, Place>]> = [
  ['Employee', employeePlaces],
  ['Payment', paymentPlaces],
];

for (const [type, places] of types) {
  const paths = leavesOf(schema, type);
  const direct = [...new Set(paths.map(([name]) => name))];

  describe.each(Object.entries(places))(`${type} by way of %s`, (name, place) => {
    test('each field, asked for alone, has the value that it has beside all others', async () => {
      const whole = await read(t, place.around(selectionOf(paths), ''), ids);
      for (const path of paths) {
        const alone = await read(t, place.around(selectionOf([path]), ''), ids);
        expect(at(alone, place, path), path.join('.')).toEqual(at(whole, place, path));
      }
      // A field that is null everywhere would show nothing.
      const rows = name.startsWith('Payment.repl') ? [] : paths;
      const empty = rows.filter(
        (path) => !alwaysNull(path) && at(whole, place, path).every((value) => value === null),
      );
      expect(empty.map((path) => path.join('.')).filter((path) => !path.startsWith('repl'))).toEqual([]);
    });

    test('fields through fragments, beside one another and within one another, have their own values', async () => {
      const whole = await read(t, place.around(selectionOf(paths), ''), ids);
      for (const [index, field] of direct.entries()) {
        const next = direct[(index + 1) % direct.length];
        const [mine, others] = [field, next].map((wanted) => paths.filter(([first]) => first === wanted));
        const more = `fragment A on ${type} ${selectionOf(mine ?? [])} fragment B on ${type} { ... on ${type} { ...C } }
          fragment C on ${type} ${selectionOf(others ?? [])}`;
        const data = await read(t, place.around('{ ...A ... { ...B } }', more), ids);
        for (const path of [...(mine ?? []), ...(others ?? [])]) {
          expect(at(data, place, path), path.join('.')).toEqual(at(whole, place, path));
        }
      }
    });
  });
}

test.each<[string, string, Record<string, Place>]>([
  ['Employee', 'employees', employeePlaces],
  ['Payment', 'payments', paymentPlaces],
])(
  '%s: rows that are asked for as nodes and as edges at once have what is asked of either',
  async (type, list, places) => {
    const { nodes, 'edges { node }': edges } = places;
    if (!nodes || !edges) throw new Error('no such place');
    const paths = leavesOf(schema, type);
    const whole = await read(t, nodes.around(selectionOf(paths), ''), ids);
    for (const [index, path] of paths.entries()) {
      const other = paths[(index + 7) % paths.length] ?? path;
      const [a, b] = [selectionOf([path]), selectionOf([other])];
      const data = await read(
        t,
        `{ ${list}(first: 9) { nodes ${a} edges { node ${b} } ...M } } fragment M on ${type}Connection { edges { cursor } }`,
        ids,
      );
      expect(at(data, nodes, path), path.join('.')).toEqual(at(whole, nodes, path));
      expect(at(data, edges, other), other.join('.')).toEqual(at(whole, nodes, other));
    }
  },
);

test.each<[string, string, Record<string, Place>]>([
  ['Employee', 'a: employee(id: $id) $1 b: employee(id: $id) $2', employeePlaces],
  ['Payment', 'a: payment(id: $p) $1 b: payment(id: $p) $2', paymentPlaces],
])('%s: one row that is asked for twice at once has what each asks for', async (type, text, places) => {
  const place = Object.values(places)[0];
  if (!place) throw new Error('no such place');
  const paths = leavesOf(schema, type);
  const whole = await read(t, place.around(selectionOf(paths), ''), ids);
  for (const [index, path] of paths.entries()) {
    const other = paths[(index + 11) % paths.length] ?? path;
    const query = `{ ${text.replace('$1', () => selectionOf([path])).replace('$2', () => selectionOf([other]))} }`;
    const data = await read(t, query, ids);
    expect(at(data, { ...place, keys: ['a'] }, path), path.join('.')).toEqual(at(whole, place, path));
    expect(at(data, { ...place, keys: ['b'] }, other), other.join('.')).toEqual(at(whole, place, other));
  }
});

test('a payment and an employee that a mutation answers have each of their fields', async () => {
  const paths = leavesOf(schema, 'Payment').filter(([first]) => first !== 'replacedBy');
  const key = 'asked';
  const input = {
    employeeId: world.employeeId.own,
    amount: { amount: '1.00', currency: 'EUR' },
    kind: 'BONUS',
    note: 'x',
    idempotencyKey: key,
  };
  const pay = async (selection: string) => {
    const definitions = selection.includes('$date') ? ', $date: Date!' : '';
    const query = `mutation ($input: IssuePaymentInput!${definitions}) { issuePayment(input: $input) { payment ${selection} } }`;
    const answer = await t.gql(query, { input, ...(definitions && { date: '2026-11-22' }) }, t.admin);
    expect(answer.errors, answer.text).toBeUndefined();
    return answer.data;
  };
  const place = { around: (s: string) => s, keys: ['issuePayment', 'payment'] };
  await pay('{ id }');
  const whole = await pay(selectionOf(paths));
  for (const path of paths) {
    expect(at(await pay(selectionOf([path])), place, path), path.join('.')).toEqual(at(whole, place, path));
  }
});

test('what is not asked for is not read: a name alone takes no salary, and an id alone no name', async () => {
  const statementOf = async (selection: string) => {
    const from = t.statements.length;
    await t.gql(`query ($id: ID!) { employee(id: $id) { ${selection} } }`, ids, t.admin);
    return t.statements
      .slice(from)
      .filter((text) => text.includes('FROM employees e'))
      .join();
  };
  expect(await statementOf('id')).not.toMatch(/e\.name|salary_changes/);
  expect(await statementOf('name')).not.toMatch(/salary_changes|e\.email/);
  expect(await statementOf('salary { amount }')).toContain('salary_changes');
});
