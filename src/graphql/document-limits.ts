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
  type SelectionSetNode,
} from 'graphql';
import { maxPageLength } from '../reads/pages.js';
import { AppError } from '../values/app-error.js';

/** The most that a document may ask for. Each is an environment variable: see src/start/variables.ts. */
export interface DocumentLimits {
  tokens: number;
  operations: number;
  depth: number;
  aliases: number;
  rootFields: number;
  directives: number;
  /** Fields with every fragment written out where it is spread. */
  fields: number;
  /** Fields that may be resolved, by the sizes of the pages that are asked for. */
  cost: number;
  /** Values that come with the document, those within others included. */
  variables: number;
  /** The same as JSON. */
  variablesBytes: number;
}

/** What a selection comes to, with its fragments written out. */
interface Measure {
  depth: number;
  aliases: number;
  directives: number;
  fields: number;
  cost: number;
}

const nothing: Measure = { depth: 0, aliases: 0, directives: 0, fields: 0, cost: 0 };

/** A list without pages is taken to be so long. */
const plainListLength = 10;

/**
 * Measures a document before anything whose own cost grows with it, validation above all, looks at it. Each fragment is
 * measured once, so that measuring is linear however often fragments spread one another.
 *
 * @throws AppError QUERY_TOO_COMPLEX, naming the limit
 */
export function requireWithinLimits(
  document: DocumentNode,
  schema: GraphQLSchema,
  limits: DocumentLimits,
  variables: Readonly<Record<string, unknown>>,
): void {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  requireAtMost('operations', operations.length, limits.operations);
  const measurer = new Measurer(document, schema, variables);
  for (const operation of operations) {
    requireAtMost('root fields', measurer.rootFields(operation), limits.rootFields);
    const measure = measurer.operation(operation);
    requireAtMost('levels', measure.depth, limits.depth);
    requireAtMost('aliases', measure.aliases, limits.aliases);
    requireAtMost('directives', measure.directives, limits.directives);
    requireAtMost('fields', measure.fields, limits.fields);
    requireAtMost('resolved fields, by the sizes of its pages', measure.cost, limits.cost);
  }
  // Validation looks at fragments that no operation spreads too, and some that go round in circles end its stack.
  for (const measure of measurer.fragments()) {
    requireAtMost('levels', measure.depth, limits.depth);
    requireAtMost('fields', measure.fields, limits.fields);
  }
}

function requireAtMost(what: string, actual: number, most: number): void {
  if (actual > most) throw new AppError('QUERY_TOO_COMPLEX', `The document has more than ${most} ${what}.`);
}

class Measurer {
  readonly #fragments: Map<string, FragmentDefinitionNode>;
  /** By fragment and page size; a fragment that is being measured stands here too, as what a cycle is: too much. */
  readonly #measured = new Map<string, Measure>();
  #variables: Readonly<Record<string, unknown>> = {};

  constructor(
    document: DocumentNode,
    private readonly schema: GraphQLSchema,
    private readonly given: Readonly<Record<string, unknown>>,
  ) {
    const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((node) => [node.name.value, node]));
  }

  operation(operation: OperationDefinitionNode): Measure {
    this.#variables = { ...defaultsOf(operation), ...this.given };
    this.#measured.clear();
    const type = this.schema.getRootType(operation.operation);
    const selection = this.#selectionSet(operation.selectionSet, type ?? undefined, 1);
    return add(selection, { ...nothing, directives: operation.directives?.length ?? 0 });
  }

  /** Each on its own, wherever it is spread. */
  fragments(): Measure[] {
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

  #selectionSet(set: SelectionSetNode, parent: GraphQLCompositeType | undefined, pageSize: number): Measure {
    return set.selections.reduce((total, selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return add(total, this.#field(selection, parent, pageSize));
        case Kind.INLINE_FRAGMENT: {
          const inner = this.#selectionSet(selection.selectionSet, parent, pageSize);
          return add(total, { ...inner, directives: inner.directives + (selection.directives?.length ?? 0) });
        }
        case Kind.FRAGMENT_SPREAD: {
          const inner = this.#fragment(selection.name.value, pageSize);
          return add(total, { ...inner, directives: inner.directives + (selection.directives?.length ?? 0) });
        }
        default:
          return total;
      }
    }, nothing);
  }

  #field(node: FieldNode, parent: GraphQLCompositeType | undefined, pageSize: number): Measure {
    const name = node.name.value;
    const field = isObjectType(parent) ? parent.getFields()[name] : undefined;
    const inner = node.selectionSet
      ? this.#selectionSet(node.selectionSet, typeOf(field), this.#pageSize(node, field))
      : nothing;
    const times = this.#times(name, field, pageSize);
    return {
      depth: inner.depth + 1,
      aliases: inner.aliases + (node.alias ? 1 : 0),
      directives: inner.directives + (node.directives?.length ?? 0),
      fields: inner.fields + 1,
      cost: times * (inner.cost + 1),
    };
  }

  #fragment(name: string, pageSize: number): Measure {
    const key = `${name} ${pageSize}`;
    const known = this.#measured.get(key);
    if (known) return known;
    const fragment = this.#fragments.get(name);
    if (!fragment) return nothing;
    const tooMuch = Number.POSITIVE_INFINITY;
    this.#measured.set(key, {
      depth: tooMuch,
      aliases: tooMuch,
      directives: tooMuch,
      fields: tooMuch,
      cost: tooMuch,
    });
    const type = this.schema.getType(fragment.typeCondition.name.value);
    const measure = this.#selectionSet(
      fragment.selectionSet,
      isCompositeType(type) ? type : undefined,
      pageSize,
    );
    this.#measured.set(key, measure);
    return measure;
  }

  /** How many rows a connection is asked for, which its `nodes` and `edges` then hold. */
  #pageSize(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined): number {
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

  #times(name: string, field: GraphQLField<unknown, unknown> | undefined, pageSize: number): number {
    if (name === 'nodes' || name === 'edges') return Math.max(pageSize, 1);
    return field && String(field.type).startsWith('[') && !field.name.startsWith('__') ? plainListLength : 1;
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

function typeOf(field: GraphQLField<unknown, unknown> | undefined): GraphQLCompositeType | undefined {
  const type = field && getNamedType(field.type);
  return isCompositeType(type) ? type : undefined;
}

function add(a: Measure, b: Measure): Measure {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    directives: a.directives + b.directives,
    fields: a.fields + b.fields,
    cost: a.cost + b.cost,
  };
}
