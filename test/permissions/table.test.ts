import { buildSchema, printSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { renderPage } from './page.js';
import { coordinate, isOpen, objectTypes, rightTo, rootTypes, stepsFrom, waysTo } from './paths.js';
import { samples } from './samples.js';
import { roles, table } from './table.js';

const schema = createSchema();
const coordinates = objectTypes(schema).flatMap((type) => stepsFrom(schema, type).map(coordinate));

describe('the table of permissions', () => {
  test('has a line for each field of each object type of the built schema, and no other line', () => {
    const lines = Object.entries(table).flatMap(([type, fields]) =>
      Object.keys(fields).map((field) => `${type}.${field}`),
    );
    expect(lines.sort()).toEqual([...coordinates].sort());
  });

  test('would lack a line for a field, a type or an operation that is added to the schema', () => {
    const larger = buildSchema(
      `${printSchema(schema)} extend type Mutation { sackEverybody: Sacked } type Sacked { count: Int }`,
    );
    const added = objectTypes(larger).flatMap((type) => stepsFrom(larger, type));
    const without = added.filter((step) => !coordinates.includes(coordinate(step)));
    expect(without.map(coordinate)).toEqual(['Mutation.sackEverybody', 'Sacked.count']);
    for (const step of without) expect(() => rightTo(step, 'ADMIN')).toThrow('has no line for');
  });

  test('gives each role a way to what it may have, and none to what it may not', () => {
    const roots = rootTypes(schema);
    for (const role of roles) {
      for (const type of objectTypes(schema).filter((name) => !roots.includes(name))) {
        const reachable = waysTo(schema, type, role).some((way) =>
          way.every((step) => isOpen(rightTo(step, role))),
        );
        const given = stepsFrom(schema, type).some((step) => isOpen(rightTo(step, role)));
        expect({ role, type, reachable }).toEqual({ role, type, reachable: given });
      }
    }
  });

  test('gives an admin everything, and lets others write only what concerns their own login', () => {
    const every = objectTypes(schema).flatMap((type) => stepsFrom(schema, type));
    expect(every.filter((step) => !isOpen(rightTo(step, 'ADMIN'))).map(coordinate)).toEqual([]);
    const ownLogin = ['login', 'refreshSession', 'logout', 'revokeSession', 'changePassword'];
    for (const role of roles.filter((name) => name !== 'ADMIN')) {
      const open = stepsFrom(schema, 'Mutation').filter((step) => isOpen(rightTo(step, role)));
      const names = open.map((step) => step.field.name);
      const expected = role === 'ANONYMOUS' ? ownLogin.slice(0, 2) : ownLogin;
      expect(
        names.filter((name) => !expected.includes(name)),
        role,
      ).toEqual([]);
    }
    expect(stepsFrom(schema, 'Query').filter((step) => isOpen(rightTo(step, 'ANONYMOUS')))).toEqual([]);
  });

  test('is what docs/permissions.md says', async () => {
    await expect(renderPage()).toMatchFileSnapshot('../../docs/permissions.md');
  });
});

test('sample arguments are kept for fields that the schema has, and for no other', () => {
  expect(Object.keys(samples).filter((name) => !coordinates.includes(name))).toEqual([]);
});
