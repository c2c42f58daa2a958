import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/** An operation with arguments that nothing is wrong with, so that no answer is due before the database is asked. */
export interface Operation {
  name: string;
  query: string;
  variables: Record<string, unknown>;
}

/** What names and scalars stand for; the rest are ids of something that there is. */
export type Samples = Record<string, unknown>;

const common: Samples = {
  Decimal: '1.00',
  Currency: 'EUR',
  Date: '2026-11-01',
  DateTime: '2026-11-01T00:00:00.000Z',
  Int: 1,
  Boolean: true,
  String: 'something',
  email: 'somebody@example.com',
  timeZone: 'UTC',
  code: 'MEAL',
  csv: 'employee,code,amount,currency\nsomebody@example.com,MEAL,1.00,EUR',
  // They would be those that are added.
  removeEmployees: undefined,
  // These stand beside an amount, where one of them may be given.
  percent: undefined,
  percentOf: undefined,
  rate: undefined,
  units: undefined,
  capPer: undefined,
  cap: undefined,
  country: 'DE',
  accountNumber: 'DE89370400440532013000',
  newPassword: 'another password for tests',
};

/** Every operation of schema.graphql, whichever there are. */
export function everyOperation(samples: Samples): Operation[] {
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
  const of = (kind: 'query' | 'mutation', type: GraphQLObjectType | null | undefined) =>
    Object.values(type?.getFields() ?? {}).map((field) =>
      operationOf(kind, field, { ...common, ...samples }),
    );
  return [...of('query', schema.getQueryType()), ...of('mutation', schema.getMutationType())];
}

function operationOf(
  kind: 'query' | 'mutation',
  field: GraphQLField<unknown, unknown>,
  samples: Samples,
): Operation {
  const needed = field.args.filter(
    ({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined,
  );
  const list = (part: (arg: (typeof needed)[number]) => string) =>
    needed.length === 0 ? '' : `(${needed.map(part).join(', ')})`;
  const call = `${field.name}${list(({ name }) => `${name}: $${name}`)}`;
  const leaf = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return {
    name: field.name,
    query: `${kind} ${list(({ name, type }) => `$${name}: ${type}`)} { ${call}${leaf} }`,
    variables: Object.fromEntries(needed.map(({ name, type }) => [name, sampleOf(name, type, samples)])),
  };
}

function sampleOf(name: string, type: GraphQLInputType, samples: Samples): unknown {
  if (Object.hasOwn(samples, name)) return samples[name];
  const given = getNullableType(type);
  if (isListType(given)) return [sampleOf(name, given.ofType, samples)];
  if (isEnumType(given)) return given.getValues()[0]?.name;
  if (isInputObjectType(given)) {
    const fields = Object.values(given.getFields());
    return Object.fromEntries(fields.map((field) => [field.name, sampleOf(field.name, field.type, samples)]));
  }
  return samples[given.name];
}
