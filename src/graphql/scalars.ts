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

/**
 * graphql-scalars quotes what it refuses in its messages, and not every object can be quoted.
 *
 * @param expected what a client is told instead
 */
function quotesNothing<Value, Shown>(
  config: GraphQLScalarTypeConfig<Value, Shown>,
  expected: string,
): GraphQLScalarTypeConfig<Value, Shown> {
  const { parseValue, parseLiteral } = new GraphQLScalarType(config);
  return {
    ...config,
    parseValue: (value) => {
      if (typeof value === 'object') throw new GraphQLError(expected);
      return orRefuse(() => parseValue(value), expected);
    },
    parseLiteral: (node, variables) => orRefuse(() => parseLiteral(node, variables), expected, node),
  };
}

function orRefuse<Value>(parse: () => Value, expected: string, node?: ValueNode): Value {
  try {
    return parse();
  } catch {
    throw new GraphQLError(expected, node ? { nodes: [node] } : {});
  }
}

const shown = { serialize: show };
const aDay = 'Expected a day such as 2026-01-31.';
const anInstant = 'Expected an instant such as 2026-01-31T12:00:00Z.';

export const scalars = {
  Decimal: readByUseCase('Decimal'),
  Currency: readByUseCase('Currency'),
  Date: named('Date', quotesNothing({ ...LocalDateResolver.toConfig(), ...shown }, aDay)),
  DateTime: named('DateTime', quotesNothing({ ...DateTimeISOResolver.toConfig(), ...shown }, anInstant)),
};
