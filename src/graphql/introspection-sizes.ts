import { type GraphQLSchema, introspectionFromSchema } from 'graphql';

/**
 * How many objects a field of introspection leads to on average: `types` to all types, `fields` to a few, `ofType` to one
 * or none. With these sizes the cost of a whole introspection is close to the number of fields that it resolves.
 */
export function introspectionSizes(schema: GraphQLSchema): ReadonlyMap<string, number> {
  const totals = new Map<string, { parents: number; objects: number }>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    for (const [name, inner] of Object.entries(value)) {
      const total = totals.get(name) ?? { parents: 0, objects: 0 };
      total.parents += 1;
      total.objects += countObjects(inner);
      totals.set(name, total);
      visit(inner);
    }
  };
  visit(introspectionFromSchema(schema));
  const sizes = [...totals].filter(([, { objects }]) => objects > 0);
  return new Map(sizes.map(([name, { parents, objects }]) => [name, objects / parents]));
}

function countObjects(value: unknown): number {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'object').length;
  return typeof value === 'object' && value !== null ? 1 : 0;
}
