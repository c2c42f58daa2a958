import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { DateTimeISOResolver, LocalDateResolver } from 'graphql-scalars';

/**
 * `Decimal` and `Currency` pass on what they are given, a number too: the use case reads it, knowing the field's name
 * and the currency's digits, and one answer serves literals and variables.
 */
function readByUseCase(name: string): GraphQLScalarType {
  return new GraphQLScalarType({ name, parseValue: (value) => value, parseLiteral: literalValue });
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

export const scalars = {
  Decimal: readByUseCase('Decimal'),
  Currency: readByUseCase('Currency'),
  Date: LocalDateResolver,
  DateTime: DateTimeISOResolver,
};
