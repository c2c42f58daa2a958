import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  locatedError,
  type OperationDefinitionNode,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { NotRaw } from '../reads/raw-reads.js';
import { type RequestedField, requestedFields } from '../reads/requested-fields.js';
import { canPick, pick } from '../reads/table.js';
import { createContext, type RequestContext, type RequestOrigin } from './context.js';
import { type Answer, maxReportedErrors } from './outcomes.js';
import { lists, rawPlans, tables } from './tables.js';

type Variables = Readonly<Record<string, unknown>>;
type Run = (origin: RequestOrigin, variables: Variables) => Promise<Answer | undefined>;

/**
 * Runs an operation whose root fields are all JSON when their resolvers return, are `__typename`, or are one mutation
 * whose payload has only what its use case returns. The general executor would have nothing to do between and below them.
 *
 * @param otherwise runs it by the general executor
 * @returns undefined, with nothing run, when the variables are not what the operation takes
 */
export type DirectOperation = (
  origin: RequestOrigin,
  variables: Variables,
  otherwise: Run,
) => Promise<Answer | undefined>;

/** A field of the operation's root. */
interface RootField {
  readonly requested: RequestedField;
  readonly node: FieldNode;
  readonly field: GraphQLField<unknown, unknown>;
  /** @returns what of the resolver's value is in the answer */
  readonly shown: (value: unknown) => unknown;
}

/** The operation, as far as it is the same for each of its requests. */
interface Plan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly root: GraphQLObjectType;
  readonly fields: readonly RootField[];
}

/** @returns undefined for an operation that is for the general executor */
export function createDirectOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DirectOperation | undefined {
  const root = schema.getRootType(operation.operation);
  if (!root || hasDirectives(document)) return undefined;
  const fragments = Object.fromEntries(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  const requested = requestedFields([operation.selectionSet], fragments);
  const isSingle = requested.length === 1;
  const fields = requested.flatMap((one) => rootField(root, one, isSingle) ?? []);
  if (fields.length < requested.length) return undefined;
  const plan = { schema, operation, fragments, root, fields };
  const rawFields = new Map(fields.map(({ node, requested: { fields: inner } }) => [node, inner]));
  return async (origin, variables, otherwise) => {
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
      maxErrors: maxReportedErrors,
    });
    if (!coerced) return undefined;
    try {
      return await runPlan(plan, createContext(origin, rawFields), coerced);
    } catch (error) {
      if (error instanceof NotRaw) return otherwise(origin, variables);
      throw error;
    }
  };
}

/** Conditions are for the general executor. */
function hasDirectives(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive: () => {
      found = true;
    },
  });
  return found;
}

function rootField(
  root: GraphQLObjectType,
  requested: RequestedField,
  isSingle: boolean,
): RootField | undefined {
  const { name, fields, nodes } = requested;
  if (name === '__typename') return { requested, node: nodes[0], field: TypeNameMetaFieldDef, shown: asIs };
  const field = root.getFields()[name];
  // Merged fields have selections in several places, which resolvers would be given.
  if (!field || nodes.length > 1) return undefined;
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return undefined;
  const whole = { requested, node: nodes[0], field };
  if (root.name === 'Mutation') {
    const shown = isSingle ? payloadWriter(type, fields) : undefined;
    return shown && { ...whole, shown };
  }
  const list = Object.hasOwn(lists, name) ? lists[name] : undefined;
  if (list) return rawPlans.hasPage(list, fields) ? { ...whole, shown: asIs } : undefined;
  const table = rawObjects.has(name) ? tables[type.name] : undefined;
  return table && rawPlans.hasRows(table, fields) ? { ...whole, shown: asIs } : undefined;
}

/** The fields of Query whose resolvers read one object by `reads.byId(table, id, info)`. */
const rawObjects = new Set(['employee', 'payment']);

const asIs = (value: unknown) => value;

/** @returns undefined where the payload has something that is resolved by itself */
function payloadWriter(
  payload: GraphQLObjectType,
  requested: readonly RequestedField[],
): RootField['shown'] | undefined {
  const members = requested.map(({ name, responseName, fields }) => {
    if (name === '__typename') return [responseName, () => payload.name] as const;
    const type = payload.getFields()[name]?.type;
    if (!type || isListType(type) || (isNonNullType(type) && isListType(type.ofType))) return undefined;
    const member = (source: object): unknown => Reflect.get(source, name);
    if (isLeafType(getNamedType(type))) return [responseName, member] as const;
    const table = tables[getNamedType(type).name];
    if (!table || !canPick(table, fields)) return undefined;
    return [responseName, (source: object) => pickOrNull(table, member(source), fields)] as const;
  });
  const found = members.flatMap((member) => (member ? [member] : []));
  if (found.length < members.length) return undefined;
  return (value) =>
    isObject(value) ? Object.fromEntries(found.map(([as, shown]) => [as, shown(value)])) : value;
}

function pickOrNull(
  table: Parameters<typeof pick>[0],
  value: unknown,
  fields: readonly RequestedField[],
): unknown {
  return isObject(value) ? pick(table, value, fields) : value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** As graphql-js does it: all at once. The first error in a field that may not be null leaves no data. */
async function runPlan(plan: Plan, context: RequestContext, variables: Variables): Promise<Answer> {
  const errors: GraphQLError[] = [];
  const run = async (root: RootField): Promise<readonly [string, unknown]> => {
    const { responseName } = root.requested;
    try {
      return [responseName, await resolveField(plan, root, context, variables)];
    } catch (error) {
      if (error instanceof NotRaw) throw error;
      const located = locatedError(error, root.requested.nodes, [responseName]);
      if (isNonNullType(root.field.type)) throw new NoData(located);
      errors.push(located);
      return [responseName, null];
    }
  };
  try {
    return { errors, data: Object.fromEntries(await Promise.all(plan.fields.map(run))) };
  } catch (error) {
    if (error instanceof NoData) return { errors: [...errors, error.reason], data: null };
    throw error;
  }
}

class NoData extends Error {
  constructor(readonly reason: GraphQLError) {
    super();
  }
}

async function resolveField(
  { schema, operation, fragments, root: parentType }: Plan,
  { requested, node, field, shown }: RootField,
  context: RequestContext,
  variables: Variables,
): Promise<unknown> {
  const info: GraphQLResolveInfo = {
    fieldName: requested.name,
    fieldNodes: requested.nodes,
    returnType: field.type,
    parentType,
    path: { prev: undefined, key: requested.responseName, typename: parentType.name },
    schema,
    fragments: { ...fragments },
    rootValue: undefined,
    operation,
    variableValues: { ...variables },
  };
  const args = getArgumentValues(field, node, variables);
  const value: unknown = await field.resolve?.(undefined, args, context, info);
  // graphql-js takes an error that a resolver returns, as shield's do, for one that it throws.
  if (value instanceof Error) throw value;
  if (value == null && isNonNullType(field.type)) {
    throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${requested.name}.`);
  }
  return value == null ? null : shown(value);
}
