import { readFile } from 'node:fs/promises';
import type { ErrorCode } from '@stipend/client';
import { buildSchema, GraphQLInputObjectType, getNamedType } from 'graphql';
import { expect, expectTypeOf, test } from 'vitest';
import { keyedMutations } from '../../client/dist/keys.js';
import type { ErrorCode as SchemaErrorCode } from '../../src/generated/schema-types.js';

test('every mutation whose input takes an idempotency key gets one', async () => {
  const schema = buildSchema(await readFile('schema.graphql', 'utf8'));
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  const keyed = fields.filter(({ args }) =>
    args.some((arg) => {
      const type = getNamedType(arg.type);
      return type instanceof GraphQLInputObjectType && 'idempotencyKey' in type.getFields();
    }),
  );
  expect(keyed.map(({ name }) => name)).toContain('issuePayment');
  expect(keyedMutations).toEqual(expect.arrayContaining(keyed.map(({ name }) => name)));
});

test('errors have the codes of the schema, and one of the client', () => {
  expectTypeOf<ErrorCode>().toEqualTypeOf<SchemaErrorCode | 'NO_ANSWER'>();
});
