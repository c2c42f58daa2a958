import fc from 'fast-check';
import { isObjectType, parse } from 'graphql';
import { expect, test } from 'vitest';
import { createDirectOperation } from '../../src/graphql/direct-operation.js';
import { createSchema } from '../../src/graphql/schema.js';
import { bodyOf, send, unseen, useServer } from '../known-documents/support.js';
import { anyRows, insertRows } from './rows.js';

const t = await useServer({ MAX_COST: '1000000' });
const { token } = t.admin;
const schema = createSchema();

/** The fields that lead to other rows. Those of the schema besides are read of the row itself. */
const links = {
  Employee: ['salaryAt', 'salaryHistory', 'payments', 'employments', 'components', 'yearToDate'],
  SalaryChange: ['changedBy'],
  Payment: ['employee', 'issuedBy', 'payRun', 'voidedBy', 'replaces', 'replacedBy'],
  PayRun: ['draftedBy', 'approvedBy', 'issuedBy', 'items', 'totals', 'employeeCount', 'blockers', 'warnings'],
  User: ['employee'],
};
type TypeName = keyof typeof links;

const inner: Record<string, string> = {
  salary: '{ amount currency }',
  amount: '{ amount currency }',
  period: '{ start end }',
  bankAccount: '{ holder country lastFour }',
};

function ownFields(typename: TypeName): string[] {
  const type = schema.getType(typename);
  if (!isObjectType(type)) throw new Error(`no such type: ${typename}`);
  return Object.keys(type.getFields()).filter((name) => !links[typename].includes(name));
}

/** Some fields of each type: what is not requested must not be missed. */
const anyFields = fc.record({
  Employee: fc.subarray(ownFields('Employee'), { minLength: 1 }),
  SalaryChange: fc.subarray(ownFields('SalaryChange'), { minLength: 1 }),
  Payment: fc.subarray(ownFields('Payment'), { minLength: 1 }),
  PayRun: fc.subarray(ownFields('PayRun'), { minLength: 1 }),
  User: fc.subarray(ownFields('User'), { minLength: 1 }),
});

const rawDocument = `query ($e: ID!, $p: ID!, $filter: EmployeeFilter) {
  employee(id: $e) { ...Employee salaryHistory { nodes { ...SalaryChange } }
    payments(filter: { issuedTo: "2041-01-01T00:00:00Z" }) { edges { node { ...Payment issuedBy { ...User } } } } }
  payment(id: $p) { ...Payment issuedBy { ...User } }
  employees(filter: $filter) { nodes { ...Employee payments(filter: { issuedTo: "2041-01-01T00:00:00Z" }) {
    nodes { ...Payment } } } } }`;

const objectDocument = `query ($e: ID!, $p: ID!) {
  employee(id: $e) { ...Employee salaryAt(date: "2026-11-22") { ...SalaryChange changedBy { ...User } } }
  payment(id: $p) { ...Payment employee { ...Employee } issuedBy { ...User employee { ...Employee } } voidedBy { ...User }
    replacedBy { id replaces { ...Payment } }
    payRun { ...PayRun draftedBy { ...User } approvedBy { ...User } issuedBy { ...User } } } }`;

test('each field has the value of its row, in raw JSON and in objects, whatever is requested beside it', async () => {
  const property = fc.asyncProperty(anyRows, anyFields, async (rows, fields) => {
    const { replacement, ...all } = await insertRows(t.database, rows);
    const shown = <Name extends TypeName>(name: Name) =>
      Object.fromEntries(Object.entries(all[name]).filter(([field]) => fields[name].includes(field)));
    const [employee, salary, payment, payRun, user] = [
      shown('Employee'),
      shown('SalaryChange'),
      shown('Payment'),
      shown('PayRun'),
      shown('User'),
    ];
    const variables = { e: all.Employee.id, p: all.Payment.id, filter: { search: all.Employee.email } };
    const fragments = (document: string) =>
      Object.entries(fields)
        .filter(([name]) => document.includes(`...${name} `))
        .map(
          ([name, own]) =>
            `fragment ${name} on ${name} { ${own.map((one) => `${one} ${inner[one] ?? ''}`).join(' ')} }`,
        );
    const read = async (document: string) => {
      const query = unseen([document, ...fragments(document)].join(' '));
      const byApollo = await send(t, { query, variables, token });
      const known = await send(t, { query, variables, token });
      expect(known).toEqual(byApollo);
      return { query, data: bodyOf(known).data };
    };

    const objects = await read(objectDocument);
    const { approvedAt, issuedAt } = rows.payRun;
    expect(objects.data).toEqual({
      employee: { ...employee, salaryAt: { ...salary, changedBy: user } },
      payment: {
        ...payment,
        employee,
        issuedBy: { ...user, employee },
        voidedBy: replacement && user,
        replacedBy: replacement && { id: replacement, replaces: payment },
        payRun: { ...payRun, draftedBy: user, approvedBy: approvedAt && user, issuedBy: issuedAt && user },
      },
    });
    const raw = await read(rawDocument);
    expect(raw.data).toEqual({
      employee: {
        ...employee,
        salaryHistory: { nodes: [salary] },
        payments: { edges: [{ node: { ...payment, issuedBy: user } }] },
      },
      payment: { ...payment, issuedBy: user },
      employees: { nodes: [{ ...employee, payments: { nodes: [payment] } }] },
    });
    const document = parse(raw.query);
    const [operation] = document.definitions;
    if (operation?.kind !== 'OperationDefinition') throw new Error('no operation');
    expect(createDirectOperation(schema, document, operation), 'it is raw JSON').toBeDefined();
  });
  await fc.assert(property, { numRuns: 40 });
});
