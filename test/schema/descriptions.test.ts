import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { expect, test } from 'vitest';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

interface Described {
  description?: string | null | undefined;
}

/** Every element of a type, by its path. */
function elements(type: GraphQLNamedType): Array<[string, Described]> {
  const found: Array<[string, Described]> = [[type.name, type]];
  if (isEnumType(type))
    for (const value of type.getValues()) found.push([`${type.name}.${value.name}`, value]);
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) found.push([`${type.name}.${field.name}`, field]);
  }
  if (isObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      found.push([`${type.name}.${field.name}`, field]);
      for (const argument of field.args)
        found.push([`${type.name}.${field.name}(${argument.name})`, argument]);
    }
  }
  return found;
}

test('every type, field, argument and enum value is described', () => {
  const own = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
  );
  const undescribed = own.flatMap(elements).filter(([, element]) => !element.description);
  expect(undescribed.map(([path]) => path)).toEqual([]);
});
