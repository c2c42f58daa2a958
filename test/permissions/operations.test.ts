import { describe, expect, test } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { type Call, callOf, everythingOf, headOf, run, valuesAt } from './ask.js';
import { checkWay, expectRefusal, subjectOf, tablesWrittenBy, withoutNull } from './check.js';
import { changedTables, digestTables } from './digest.js';
import { formsOf } from './forms.js';
import { coordinate, isOpen, rightTo, rootTypes, type Step, stepsFrom } from './paths.js';
import { roles, type TableRole } from './table.js';
import { World } from './world.js';

const t = await useStipend();
const world = await World.create(t);
const schema = createSchema();
const operations = rootTypes(schema).flatMap((type) => stepsFrom(schema, type));
const isMutation = ({ type }: Step) => type === 'Mutation';

function operation(name: string): Step {
  const found = operations.find((step) => coordinate(step) === name);
  if (!found) throw new Error(`the schema has no ${name}`);
  return found;
}

async function changedBy(work: () => Promise<void>): Promise<string[]> {
  const before = await digestTables(t.database);
  await work();
  return changedTables(before, await digestTables(t.database));
}

async function refusesEveryForm(role: TableRole, step: Step): Promise<void> {
  const subject = await subjectOf({ world, role, way: [step] }, 'others');
  const call = await callOf([step], subject);
  for (const { name, query, variables, keys } of formsOf(call)) {
    const title = `${role}: ${coordinate(step)} ${name}`;
    const changed = await changedBy(async () => {
      const answer = await run(subject, query, variables);
      expectRefusal(answer, role, title);
      for (const key of keys) expect(withoutNull(valuesAt(answer.data, [key])), title).toEqual([]);
    });
    expect(changed, title).toEqual([]);
  }
}

async function answersEveryForm(role: TableRole, step: Step): Promise<void> {
  const whose = rightTo(step, role) === 'own rows only' ? 'own' : 'others';
  const subject = await subjectOf({ world, role, way: [step] }, whose);
  for (const { name, query, variables, keys } of formsOf(await callOf([step], subject))) {
    const title = `${role}: ${coordinate(step)} ${name}`;
    const data = expectData(await run(subject, query, variables), title);
    for (const key of keys) expect(withoutNull(valuesAt(data, [key])), title).not.toEqual([]);
  }
}

for (const role of roles) {
  describe(role, () => {
    for (const step of operations) {
      const right = rightTo(step, role);
      const name = coordinate(step);
      if (right === 'refused') {
        test(`is refused ${name} in every form, and nothing is written`, () => refusesEveryForm(role, step));
      } else {
        test(`is given what the table says of ${name}: ${right}`, async () => {
          const values = await checkWay({ world, role, way: [step] });
          expect(withoutNull(values).length > 0).toBe(isOpen(right));
        });
      }
      if (isOpen(right) && !isMutation(step)) {
        test(`is answered ${name} in every form`, () => answersEveryForm(role, step));
      }
      if (isOpen(right) && isMutation(step)) {
        test(`writes by ${name}, and the digest of the tables tells`, async () => {
          expect(await tablesWrittenBy({ world, role, way: [step] })).not.toEqual([]);
        });
      }
    }
  });
}

describe('a refused mutation in one document with an allowed one', () => {
  const login = operation('Mutation.login');
  const pairs = roles.flatMap((role) =>
    operations
      .filter((step) => isMutation(step) && rightTo(step, role) === 'refused')
      .map((step): [TableRole, string, Step] => [role, step.field.name, step]),
  );

  test.each(pairs)('does not run for %s: %s', async (role, _name, step) => {
    const written = await tablesWrittenBy({ world, role, way: [login] });
    const subject = await subjectOf({ world, role, way: [login] }, 'own');
    const [allowed, refused] = [await callOf([login], subject), await callOf([step], subject)];
    for (const calls of [
      [allowed, refused],
      [refused, allowed],
    ]) {
      const head = headOf({ ...allowed, definitions: calls.flatMap((call) => call.definitions) });
      const changed = await changedBy(async () => {
        const query = `${head} { ${calls.map((call, index) => `f${index}: ${call.text}`).join(' ')} }`;
        expectRefusal(await run(subject, query, { ...allowed.variables, ...refused.variables }), role, query);
      });
      expect(changed.filter((table) => !written.includes(table))).toEqual([]);
    }
  });
});

describe('an employee who asks for everything', () => {
  const reads = operations.filter(
    (step) =>
      step.type === 'Query' &&
      isOpen(rightTo(step, 'EMPLOYEE')) &&
      step.field.args.every((arg) => !`${arg.type}`.endsWith('!')),
  );

  test.each(reads.map((step): [string, Step] => [step.field.name, step]))(
    'by %s is told what belongs to the employee, and nothing else',
    async (_name, step) => {
      const subject = { world, actor: world.reader('EMPLOYEE'), whose: 'own' } as const;
      const call = await callOf([step], subject);
      const selection = everythingOf(step.field.type, 3);
      const document = (asked: Call) =>
        `${headOf(asked)} { ${asked.text.replace('{ __typename }', selection)} }`;
      const own = await run(subject, document(call), call.variables);
      const everything = await run(subject, document(call), {});
      expectData(own);
      expect(world.tellsOfOthers(everything.text)).toBe(false);
      expect(everything.text).toBe(own.text);
    },
  );
});

test('a refusal says the same whether or not there is such a row, and whatever else is wrong with the input', async () => {
  const edit = 'mutation Chosen($id: ID!) { editEmployee(input: { id: $id, version: 1 }) { __typename } }';
  const pay = `mutation Chosen($id: ID!) {
    issuePayment(input: { employeeId: $id, amount: { amount: "-1", currency: "EUR" } }) { __typename }
  }`;
  for (const query of [edit, pay]) {
    const ids = [world.employeeId.others, world.employeeId.missing, 'no id at all'];
    const answers = await Promise.all(ids.map((id) => run({ world, actor: t.viewer }, query, { id })));
    for (const answer of answers) expectRefusal(answer, 'VIEWER', query);
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  }
});
