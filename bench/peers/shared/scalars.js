import { GraphQLScalarType } from 'graphql';
import { DateResolver, DateTimeISOResolver } from 'graphql-scalars';

/** `Decimal` and `Currency` are strings; who reads them judges them. */
export const scalars = {
  Decimal: new GraphQLScalarType({ name: 'Decimal' }),
  Currency: new GraphQLScalarType({ name: 'Currency' }),
  Date: DateResolver,
  DateTime: DateTimeISOResolver,
};
