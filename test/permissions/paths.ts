import { type GraphQLField, type GraphQLSchema, getNamedType, isObjectType } from 'graphql';
import { type Right, roles, type TableRole, table } from './table.js';

/** One field on the way from an operation to what is asked for. */
export interface Step {
  /** The object type that has the field. */
  type: string;
  field: GraphQLField<unknown, unknown>;
}

export function coordinate({ type, field }: Step): string {
  return `${type}.${field.name}`;
}

/** @throws Error when the table has no line for the field */
export function rightTo({ type, field }: Step, role: TableRole): Right {
  const right = table[type]?.[field.name]?.[roles.indexOf(role)];
  if (right === undefined) throw new Error(`test/permissions/table.ts has no line for ${type}.${field.name}`);
  return right;
}

export function isOpen(right: Right): boolean {
  return right === 'allowed' || right === 'own rows only';
}

/** The names of the object types, but for those of introspection. */
export function objectTypes(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .map((type) => type.name);
}

export function rootTypes(schema: GraphQLSchema): string[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
    type ? [type.name] : [],
  );
}

/** The fields of an object type. */
export function stepsFrom(schema: GraphQLSchema, type: string): Step[] {
  const found = schema.getType(type);
  return isObjectType(found) ? Object.values(found.getFields()).map((field) => ({ type, field })) : [];
}

/**
 * For each field of the schema that leads to a type, the shortest way through it from an operation: one that the role may
 * go to its end if there is one, else one that it may at least begin.
 */
export function waysTo(schema: GraphQLSchema, type: string, role: TableRole): Step[][] {
  const prefixes = shortestWays(schema, role);
  return objectTypes(schema)
    .flatMap((name) => stepsFrom(schema, name))
    .filter((step) => getNamedType(step.field.type).name === type && !isAsLoggedIn(step, role))
    .flatMap((step) => {
      const prefix = prefixes.get(step.type);
      return prefix ? [[...prefix, step]] : [];
    });
}

/**
 * Whether what follows is read as whoever has logged in, with their rights: it is below the payload of a login. That is for
 * test/login to show.
 */
function isAsLoggedIn(step: Step, role: TableRole): boolean {
  return role === 'ANONYMOUS' && coordinate(step) === 'User.employee';
}

/** The shortest way to each type that there is a way to. Queries come first: they change nothing. */
function shortestWays(schema: GraphQLSchema, role: TableRole): Map<string, Step[]> {
  const every = (step: Step): boolean => !isAsLoggedIn(step, role);
  const open = (step: Step): boolean => isOpen(rightTo(step, role)) && every(step);
  const roots = rootTypes(schema);
  const openRoot = (step: Step): boolean => open(step) || (!roots.includes(step.type) && every(step));
  const found = new Map<string, Step[]>();
  for (const passable of [open, openRoot, every]) {
    for (const root of roots) {
      for (const [type, way] of breadthFirst(schema, root, passable)) {
        if (!found.has(type)) found.set(type, way);
      }
    }
  }
  return found;
}

function breadthFirst(
  schema: GraphQLSchema,
  root: string,
  passable: (step: Step) => boolean,
): Map<string, Step[]> {
  const ways = new Map<string, Step[]>([[root, []]]);
  // A Map gives what is added to it while it is gone through.
  for (const [type, way] of ways) {
    for (const step of stepsFrom(schema, type).filter(passable)) {
      const next = getNamedType(step.field.type).name;
      if (!ways.has(next)) ways.set(next, [...way, step]);
    }
  }
  return ways;
}
