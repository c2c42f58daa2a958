import { GraphQLError, GraphQLScalarType, type GraphQLScalarTypeConfig, Kind, type ValueNode } from 'graphql';
import { DateTimeISOResolver, LocalDateResolver } from 'graphql-scalars';

/**
 * `Decimal` and `Currency` pass on what they are given, a number too: the use case reads it, knowing the field's name
 * and the currency's digits, and one answer serves literals and variables.
 */
function readByUseCase(name: string): GraphQLScalarType {
  return named(name, { parseValue: (value) => value, parseLiteral: literalValue });
}

/** What a scalar does, and no more: graphql-tools puts a resolver's name and description in place of the schema's own. */
function named<Value, Shown>(
  name: string,
  config: Omit<GraphQLScalarTypeConfig<Value, Shown>, 'name'>,
): GraphQLScalarType<Value, Shown> {
  const scalar = new GraphQLScalarType<Value, Shown>({ ...config, name });
  Reflect.deleteProperty(scalar, 'description');
  return scalar;
}

function literalValue(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    default:
      throw new GraphQLError('Expected a string.', { nodes: [node] });
  }
}

/** What is shown is a text of ours, or a Date: there is nothing to be checked. */
function show(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

/** graphql-scalars puts what it refuses into its message, and not every object can be put into one. */
function readNoObject<Value, Shown>(
  config: GraphQLScalarTypeConfig<Value, Shown>,
): GraphQLScalarTypeConfig<Value, Shown> {
  const { parseValue } = new GraphQLScalarType(config);
  return {
    ...config,
    parseValue: (value) => {
      if (typeof value === 'object') throw new GraphQLError('Expected a string.');
      return parseValue(value);
    },
  };
}

export const scalars = {
  Decimal: readByUseCase('Decimal'),
  Currency: readByUseCase('Currency'),
  Date: named('Date', readNoObject({ ...LocalDateResolver.toConfig(), serialize: show })),
  DateTime: named('DateTime', readNoObject({ ...DateTimeISOResolver.toConfig(), serialize: show })),
};
