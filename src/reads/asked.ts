import type { FieldNode, GraphQLResolveInfo, SelectionSetNode } from 'graphql';

/** The fields that an operation asks of an object, by their names in the schema, so that no others are read. */
export interface Asked {
  has(field: string): boolean;
  readonly fields: ReadonlySet<string>;
  /** The answer's fields, where it is to be written of the row's columns and sent as it is. */
  readonly answer?: readonly AskedField[] | undefined;
  /** The same for the same fields. */
  readonly key: string;
}

/** A field of an answer: what the document says of it in several places is one. */
export interface AskedField {
  readonly name: string;
  /** Its name in the answer. */
  readonly as: string;
  readonly fields: readonly AskedField[];
  /** Its places, which have the same arguments, or the document would not be valid. */
  readonly nodes: readonly FieldNode[];
}

/** What a resolver is told of its place in the operation, as far as this looks at it. */
export type Place = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

/** By the field's node, where it stands in the document once: a known document has the same nodes each time. */
const askedBy = new WeakMap<FieldNode, Asked>();
const askedInBy = new WeakMap<FieldNode, Asked>();
const askedOfNodesBy = new WeakMap<FieldNode, Asked>();
const askedAnswerBy = new WeakMap<readonly AskedField[], Asked>();
const soleFieldBy = new WeakMap<FieldNode, Map<string, Place | null>>();

/** Of the object that a field answers. What `@skip` and `@include` decide later counts as asked. */
export function askedOf(place: Place): Asked {
  return remembered(askedBy, place, (sets) =>
    place.fieldNodes.some(isAnswered) ? askedAnswer(answerFields(sets, place)) : askedFields(sets, place),
  );
}

/** Of the object that stands in one field of a mutation's payload. */
export function askedIn(place: Place, field: string): Asked {
  return remembered(askedInBy, place, (sets) => {
    const answered = selectedIn(sets, answeredName(field), place);
    if (answered.length > 0) return askedAnswer(answerFields(answered, place));
    return askedFields(selectedIn(sets, field, place), place);
  });
}

/** Of each row of the connection that a field answers, as one of its `nodes` or of its `edges`. */
export function askedOfNodes(place: Place): Asked {
  return remembered(askedOfNodesBy, place, (sets) => {
    const answered = selectedIn(sets, answeredName('nodes'), place);
    if (answered.length > 0) return askedAnswer(answerFields(answered, place));
    const inEdges = selectedIn(selectedIn(sets, 'edges', place), 'node', place);
    return askedFields([...selectedIn(sets, 'nodes', place), ...inEdges], place);
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
  const sole = soleNode(place);
  const known = sole && soleFieldBy.get(sole)?.get(field);
  if (known !== undefined) return known ?? undefined;
  const nodes = fieldsOf(setsOf(fieldNodes), place).filter(({ name }) => name.value === field);
  const isSole =
    new Set(nodes.map(responseKey)).size === 1 &&
    nodes.every(({ directives = [] }) => directives.length === 0);
  const found = isSole ? { fieldNodes: nodes, fragments } : null;
  if (sole) soleFieldBy.set(sole, (soleFieldBy.get(sole) ?? new Map()).set(field, found));
  return found ?? undefined;
}

/** The name under which a field is answered. */
export function responseKey({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

/** Every one of these fields. */
export function asked(fields: Iterable<string>): Asked {
  const names = new Set(fields);
  return withKey({ has: (field) => names.has(field), fields: names, key: [...names].sort().join() });
}

const answeredSuffix = 'AsAnswered';

/** In the schema that is compiled, the name of the field that answers the same, written of the row's columns. */
export function answeredName(field: string): string {
  return `${field}${answeredSuffix}`;
}

function isAnswered({ name }: FieldNode): boolean {
  return name.value.endsWith(answeredSuffix);
}

/** The fields of selection sets in the answer's order. */
export function answerFields(
  sets: readonly SelectionSetNode[],
  place: Pick<Place, 'fragments'>,
): AskedField[] {
  const byKey = new Map<string, FieldNode[]>();
  for (const node of fieldsOf(sets, place)) {
    const key = responseKey(node);
    byKey.set(key, [...(byKey.get(key) ?? []), node]);
  }
  return Array.from(byKey, ([as, nodes]) => ({
    name: nodes[0]?.name.value.replace(answeredSuffix, '') ?? as,
    as,
    nodes,
    fields: answerFields(setsOf(nodes), place),
  }));
}

/** All of these, to be written of the row's columns. The same for the same list. */
export function askedAnswer(answer: readonly AskedField[]): Asked {
  const earlier = askedAnswerBy.get(answer);
  if (earlier) return earlier;
  const found = withKey({ ...asked(answer.map(({ name }) => name)), answer, key: keyOf(answer) });
  askedAnswerBy.set(answer, found);
  return found;
}

function keyOf(answer: readonly AskedField[]): string {
  return `{${answer.map(({ as, name, fields }) => `${as}:${name}${keyOf(fields)}`).join()}}`;
}

/** Within a loader's key it is told by its own. */
function withKey(asked: Asked): Asked {
  return Object.defineProperty(asked, 'toJSON', { value: () => asked.key });
}

function askedFields(sets: readonly SelectionSetNode[], place: Place): Asked {
  return asked(fieldsOf(sets, place).map((node) => node.name.value));
}

function remembered(
  known: WeakMap<FieldNode, Asked>,
  place: Place,
  find: (sets: SelectionSetNode[]) => Asked,
): Asked {
  const sole = soleNode(place);
  const earlier = sole && known.get(sole);
  if (earlier) return earlier;
  const found = find(setsOf(place.fieldNodes));
  if (sole) known.set(sole, found);
  return found;
}

/** @returns undefined for a field that stands in the document several times, which graphql-js merges */
function soleNode({ fieldNodes }: Place): FieldNode | undefined {
  return fieldNodes.length === 1 ? fieldNodes[0] : undefined;
}

export function setsOf(nodes: readonly FieldNode[]): SelectionSetNode[] {
  return nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
}

/** The fields of selection sets, with fragments written out. A valid document's fragments don't go round in circles. */
function fieldsOf(sets: readonly SelectionSetNode[], place: Pick<Place, 'fragments'>): FieldNode[] {
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
  return setsOf(fieldsOf(sets, place).filter((node) => node.name.value === field));
}
