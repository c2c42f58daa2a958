import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql } from 'graphql';
import { expect, test } from 'vitest';
import { applyPermissions } from '../../src/graphql/permissions.js';
import { projectRoot } from '../../src/values/project-root.js';

const typeDefs = readFileSync(join(projectRoot, 'schema.graphql'), 'utf8');
const admin = { viewer: { kind: 'signedIn', role: 'ADMIN' } };

test('an operation that got past the compiler without a rule is refused, and its resolver does not run', async () => {
  const ran: string[] = [];
  const resolve = (name: string) => () => ran.push(name);
  const schema = applyPermissions(
    makeExecutableSchema({
      typeDefs: `${typeDefs} extend type Query { everySecret: Int } extend type Mutation { sackEverybody: Int }`,
      resolvers: {
        Query: { everySecret: resolve('everySecret') },
        Mutation: { sackEverybody: resolve('sackEverybody') },
      },
    }),
  );
  for (const source of ['{ everySecret }', 'mutation { sackEverybody }']) {
    const { data, errors } = await graphql({ schema, source, contextValue: { ...admin } });
    expect(errors, source).toHaveLength(1);
    expect(Object.values(data ?? {}), source).toEqual([null]);
  }
  expect(ran).toEqual([]);
});

test('a rule for an operation that the schema does not have stops the start', () => {
  const without = makeExecutableSchema({ typeDefs: typeDefs.replace(/^ {2}issuePayment\(/m, '  renamed(') });
  expect(() => applyPermissions(without)).toThrow('Mutation.issuePayment');
});
