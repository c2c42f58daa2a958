import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLFieldConfig,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  type GraphQLSchema,
  getNamedType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationTypeNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { type AskedField, answeredName, answerFields, setsOf } from '../reads/asked.js';
import type { RequestContext } from './context.js';

/**
 * The fields whose answers can be written of rows' columns, each with what says whether what is asked of it can be.
 * docs/decisions/answers-from-columns.md tells why they should.
 */
export type Answerable = Readonly<
  Record<string, Readonly<Record<string, { canAnswer(fields: readonly AskedField[]): boolean }>>>
>;

/** Thrown where it turns out that an answer can't be written of rows: it is to be made field by field. */
export class NotAnswerable extends Error {}

/** The schema with a leaf beside each answerable field: the same resolver, and nothing to be looked for in what it answers. */
export function withAnsweredFields(schema: GraphQLSchema, answerable: Answerable): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_TYPE]: (type) => {
      const config = type.toConfig();
      const leaves = Object.keys(answerable[type.name] ?? {}).map((name) => {
        const field = config.fields[name];
        if (!field) throw new Error(`no such field: ${type.name}.${name}`);
        return [answeredName(name), leafOf(field, name)] as const;
      });
      return new GraphQLObjectType({
        ...config,
        fields: { ...config.fields, ...Object.fromEntries(leaves) },
      });
    },
  });
}

/** What stands in the answer as it is. */
const written = new GraphQLScalarType({ name: 'Written' });

type FieldConfig = GraphQLFieldConfig<unknown, RequestContext>;

function leafOf(field: FieldConfig, name: string): FieldConfig {
  return {
    ...field,
    type: isNonNullType(field.type) ? new GraphQLNonNull(written) : written,
    resolve: field.resolve ?? ((source) => Reflect.get(Object(source), name)),
  };
}

/**
 * Puts the leaves of withAnsweredFields into an operation's document, under the names that the fields would be answered by.
 *
 * @returns undefined where there is nothing to be put
 */
export function asAnswered(
  document: DocumentNode,
  { operation, selectionSet }: { operation: OperationTypeNode; selectionSet: SelectionSetNode },
  schema: GraphQLSchema,
  answerable: Answerable,
): DocumentNode | undefined {
  const root = schema.getRootType(operation);
  if (!root || !hasOnlyFields(document)) return undefined;
  const place = { fragments: fragmentsOf(document) };
  const chosen = new Set<FieldNode>();
  const refused = new Set<FieldNode>();
  const walk = (type: GraphQLObjectType, sets: SelectionSetNode[]) => {
    const fields = answerFields(sets, place);
    for (const { name, nodes, fields: inner } of fields) {
      const canBe = answerable[type.name]?.[name]?.canAnswer(inner) && nodes.length === 1;
      if (canBe && (type === root || !readsRowsAgain(name, fields))) {
        for (const node of nodes) chosen.add(node);
        continue;
      }
      for (const node of nodes) refused.add(node);
      const next = getNamedType(type.getFields()[name]?.type);
      if (isObjectType(next)) walk(next, setsOf(nodes));
    }
  };
  walk(root, [selectionSet]);
  // A fragment's fields stand in several places, and are the same in all of them.
  const isReplaced = (node: FieldNode) => chosen.has(node) && !refused.has(node);
  if (![...chosen].some(isReplaced)) return undefined;
  return visit(document, { Field: (node) => (isReplaced(node) ? leafNode(node) : undefined) });
}

/** Conditions are for graphql-js to judge, and the schema that is told of is the one without leaves. */
function hasOnlyFields(document: DocumentNode): boolean {
  let only = true;
  visit(document, {
    Directive: () => {
      only = false;
    },
    Field: ({ name }) => {
      if (name.value === '__schema' || name.value === '__type') only = false;
    },
  });
  return only;
}

/**
 * Whether what is answered by a field is answered by another one, too: it is read in one form, and parsed if two fields want
 * it. A connection's rows are those of its `nodes` and its `edges`.
 */
function readsRowsAgain(field: string, siblings: readonly AskedField[]): boolean {
  const isAlike = ({ name }: AskedField) => name === field || (field === 'nodes' && name === 'edges');
  return siblings.filter(isAlike).length > 1;
}

function leafNode(node: FieldNode): FieldNode {
  const name = { kind: Kind.NAME as const, value: answeredName(node.name.value) };
  return { ...node, alias: node.alias ?? node.name, name };
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  return Object.fromEntries(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
}
