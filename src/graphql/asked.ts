import type { FieldNode, GraphQLResolveInfo, SelectionSetNode } from 'graphql';

/** The fields that an operation asks of an object, by their names in the schema, so that no others are read. */
export interface Asked {
  has(field: string): boolean;
  readonly fields: ReadonlySet<string>;
  /** The same for the same fields. */
  readonly key: string;
}

/** What a resolver is told of its place in the operation, as far as this looks at it. */
export type Place = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

/** A compiled operation passes the same nodes each time. */
const askedBy = new WeakMap<readonly FieldNode[], Asked>();
const askedInBy = new WeakMap<readonly FieldNode[], Asked>();
const askedOfNodesBy = new WeakMap<readonly FieldNode[], Asked>();
const soleFieldBy = new WeakMap<readonly FieldNode[], Map<string, Place | null>>();

/** Of the object that a field answers. What `@skip` and `@include` decide later counts as asked. */
export function askedOf(place: Place): Asked {
  return remembered(askedBy, place, (sets) => fieldsOf(sets, place));
}

/** Of the object that stands in one field of a mutation's payload. */
export function askedIn(place: Place, field: string): Asked {
  return remembered(askedInBy, place, (sets) => fieldsOf(selectedIn(sets, field, place), place));
}

/** Of each row of the connection that a field answers, as one of its `nodes` or of its `edges`. */
export function askedOfNodes(place: Place): Asked {
  return remembered(askedOfNodesBy, place, (sets) => {
    const inEdges = selectedIn(selectedIn(sets, 'edges', place), 'node', place);
    return fieldsOf([...selectedIn(sets, 'nodes', place), ...inEdges], place);
  });
}

/**
 * One field of the object that a field answers, where the operation asks for it under one name, and in any case: what is
 * read for it beforehand is read for nothing else.
 *
 * @returns its place, which is valid's: under one name stands one field with the same arguments, however often
 */
export function soleField(place: Place, field: string): Place | undefined {
  const { fieldNodes, fragments } = place;
  const known = soleFieldBy.get(fieldNodes)?.get(field);
  if (known !== undefined) return known ?? undefined;
  const nodes = fieldsOf(setsOf(place), place).filter(({ name }) => name.value === field);
  const isSole =
    new Set(nodes.map(responseKey)).size === 1 &&
    nodes.every(({ directives = [] }) => directives.length === 0);
  const found = isSole ? { fieldNodes: nodes, fragments } : null;
  const ofPlace = soleFieldBy.get(fieldNodes) ?? new Map<string, Place | null>();
  soleFieldBy.set(fieldNodes, ofPlace.set(field, found));
  return found ?? undefined;
}

/** The name under which a field is answered. */
export function responseKey({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

/** Every one of these fields. */
export function asked(fields: Iterable<string>): Asked {
  const names = new Set(fields);
  return { has: (field) => names.has(field), fields: names, key: [...names].sort().join() };
}

function remembered(
  known: WeakMap<readonly FieldNode[], Asked>,
  place: Place,
  find: (sets: SelectionSetNode[]) => FieldNode[],
): Asked {
  const earlier = known.get(place.fieldNodes);
  if (earlier) return earlier;
  const found = asked(find(setsOf(place)).map((node) => node.name.value));
  known.set(place.fieldNodes, found);
  return found;
}

function setsOf({ fieldNodes }: Place): SelectionSetNode[] {
  return fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
}

/** The fields of selection sets, with fragments written out. A valid document's fragments don't go round in circles. */
function fieldsOf(sets: readonly SelectionSetNode[], place: Place): FieldNode[] {
  return sets.flatMap(({ selections }) =>
    selections.flatMap((selection) => {
      if (selection.kind === 'Field') return [selection];
      const spread = selection.kind === 'InlineFragment' ? selection : place.fragments[selection.name.value];
      return spread ? fieldsOf([spread.selectionSet], place) : [];
    }),
  );
}

/** What selection sets ask of one of their fields. */
function selectedIn(sets: readonly SelectionSetNode[], field: string, place: Place): SelectionSetNode[] {
  return fieldsOf(sets, place).flatMap((node) =>
    node.name.value === field && node.selectionSet ? [node.selectionSet] : [],
  );
}
