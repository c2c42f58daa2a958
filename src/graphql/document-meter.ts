import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import { maxPageLength } from '../reads/pages.js';
import { introspectionSizes } from './introspection-sizes.js';

/** How large a selection is, with its fragments written out. */
interface DocumentSize {
  depth: number;
  aliases: number;
  directives: number;
  fields: number;
  /** Characters of the longest name in the response. */
  name: number;
  cost: number;
}

const nothing: DocumentSize = { depth: 0, aliases: 0, directives: 0, fields: 0, name: 0, cost: 0 };
const tooMuch: DocumentSize = {
  depth: Number.POSITIVE_INFINITY,
  aliases: Number.POSITIVE_INFINITY,
  directives: Number.POSITIVE_INFINITY,
  fields: Number.POSITIVE_INFINITY,
  name: 0,
  cost: Number.POSITIVE_INFINITY,
};

/** A longer name costs as much as several fields: it is written once for each object. */
const nameUnitCharacters = 32;

/** A list without pages is taken to be this long. */
const plainListLength = 10;

const metaFields: Readonly<Record<string, GraphQLField<unknown, unknown>>> = {
  __schema: SchemaMetaFieldDef,
  __type: TypeMetaFieldDef,
};

type Variables = Readonly<Record<string, unknown>>;
type Field = GraphQLField<unknown, unknown> | undefined;

/** @returns what makes a meter for one document and its variables */
export function createDocumentMeter(
  schema: GraphQLSchema,
): (document: DocumentNode, variables: Variables) => DocumentMeter {
  let sizes: ReadonlyMap<string, number> | undefined;
  const sizesOnce = () => {
    sizes ??= introspectionSizes(schema);
    return sizes;
  };
  return (document, variables) => new DocumentMeter(document, variables, schema, sizesOnce);
}

/** Measures each fragment once, so that measuring is linear however often fragments spread one another. */
class DocumentMeter {
  readonly #fragments: Map<string, FragmentDefinitionNode>;
  /** By fragment and page size. A fragment that is being measured is in here too, as too much: it is in a cycle. */
  readonly #measured = new Map<string, DocumentSize>();
  #variables: Variables = {};

  constructor(
    document: DocumentNode,
    private readonly given: Variables,
    private readonly schema: GraphQLSchema,
    private readonly introspectionSizes: () => ReadonlyMap<string, number>,
  ) {
    const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((node) => [node.name.value, node]));
  }

  operation(operation: OperationDefinitionNode): DocumentSize {
    this.#variables = { ...defaultsOf(operation), ...this.given };
    this.#measured.clear();
    const type = this.schema.getRootType(operation.operation);
    const selection = this.#selectionSet(operation.selectionSet, type ?? undefined, 1);
    return add(selection, { ...nothing, directives: operation.directives?.length ?? 0 });
  }

  /** Each on its own, wherever it is spread. */
  fragments(): DocumentSize[] {
    return [...this.#fragments.keys()].map((name) => this.#fragment(name, 1));
  }

  /** Fields at the top, those of fragments included. */
  rootFields(operation: OperationDefinitionNode): number {
    const seen = new Map<string, number>();
    const count = (set: SelectionSetNode): number =>
      set.selections.reduce((total, selection) => {
        if (selection.kind === Kind.FIELD) return total + 1;
        if (selection.kind === Kind.INLINE_FRAGMENT) return total + count(selection.selectionSet);
        const name = selection.name.value;
        const fragment = this.#fragments.get(name);
        if (!seen.has(name)) {
          seen.set(name, Number.POSITIVE_INFINITY);
          seen.set(name, fragment ? count(fragment.selectionSet) : 0);
        }
        return total + (seen.get(name) ?? 0);
      }, 0);
    return count(operation.selectionSet);
  }

  #selectionSet(
    set: SelectionSetNode,
    parent: GraphQLCompositeType | undefined,
    pageSize: number,
  ): DocumentSize {
    return set.selections.reduce((total, selection) => {
      if (selection.kind === Kind.FIELD) return add(total, this.#field(selection, parent, pageSize));
      const inner =
        selection.kind === Kind.INLINE_FRAGMENT
          ? this.#selectionSet(selection.selectionSet, parent, pageSize)
          : this.#fragment(selection.name.value, pageSize);
      const directives = inner.directives + (selection.directives?.length ?? 0);
      return add(total, { ...inner, directives });
    }, nothing);
  }

  #field(node: FieldNode, parent: GraphQLCompositeType | undefined, pageSize: number): DocumentSize {
    const name = node.name.value;
    const field = isObjectType(parent) ? (parent.getFields()[name] ?? metaFields[name]) : undefined;
    const inner = node.selectionSet
      ? this.#selectionSet(node.selectionSet, typeOf(field), this.#pageSize(node, field))
      : nothing;
    const times = this.#times(name, field, parent, pageSize);
    const nameCharacters = (node.alias ?? node.name).value.length;
    const extraForName = Math.ceil(nameCharacters / nameUnitCharacters) - 1;
    return {
      depth: inner.depth + 1,
      aliases: inner.aliases + (node.alias ? 1 : 0),
      directives: inner.directives + (node.directives?.length ?? 0),
      fields: inner.fields + 1,
      name: Math.max(inner.name, nameCharacters),
      cost: Math.max(times, 1) + extraForName + times * inner.cost,
    };
  }

  #fragment(name: string, pageSize: number): DocumentSize {
    const key = `${name} ${pageSize}`;
    const known = this.#measured.get(key);
    if (known) return known;
    const fragment = this.#fragments.get(name);
    if (!fragment) return nothing;
    this.#measured.set(key, tooMuch);
    const type = this.schema.getType(fragment.typeCondition.name.value);
    const size = this.#selectionSet(
      fragment.selectionSet,
      isCompositeType(type) ? type : undefined,
      pageSize,
    );
    this.#measured.set(key, size);
    return size;
  }

  /** How many rows a connection is requested with, which its `nodes` and `edges` then hold. */
  #pageSize(node: FieldNode, field: Field): number {
    const first = field?.args.find((argument) => argument.name === 'first');
    if (!first) return 1;
    const given = node.arguments?.find((argument) => argument.name.value === 'first')?.value;
    const fallback = Number(first.defaultValue);
    // A page that is too long is refused by its field, which says more than that the document is too much.
    const sizeOf = (value: unknown) =>
      typeof value === 'number' ? Math.min(value, maxPageLength) : fallback;
    if (given?.kind === Kind.INT) return sizeOf(Number(given.value));
    return given?.kind === Kind.VARIABLE ? sizeOf(this.#variables[given.name.value]) : fallback;
  }

  #times(name: string, field: Field, parent: GraphQLCompositeType | undefined, pageSize: number): number {
    if (name === 'nodes' || name === 'edges') return Math.max(pageSize, 1);
    if (parent?.name.startsWith('__')) return this.introspectionSizes().get(name) ?? 1;
    return field && String(field.type).startsWith('[') ? plainListLength : 1;
  }
}

/** What a variable is where the request says nothing of it. */
function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [],
    ),
  );
}

function typeOf(field: Field): GraphQLCompositeType | undefined {
  const type = field && getNamedType(field.type);
  return isCompositeType(type) ? type : undefined;
}

function add(a: DocumentSize, b: DocumentSize): DocumentSize {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    directives: a.directives + b.directives,
    fields: a.fields + b.fields,
    name: Math.max(a.name, b.name),
    cost: a.cost + b.cost,
  };
}
