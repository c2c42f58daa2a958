import type { FieldNode, FragmentDefinitionNode, GraphQLResolveInfo, SelectionSetNode } from 'graphql';

/** What a resolver knows of its place in the operation. */
export type FieldInfo = GraphQLResolveInfo;

/** A field that an operation requests of an object. What the document says of it in several places is one. */
export interface RequestedField {
  readonly name: string;
  /** Its name in the answer. */
  readonly responseName: string;
  readonly fields: readonly RequestedField[];
  /** Where it is in the document. All have the same arguments, or the document would not be valid. */
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
}

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/**
 * The fields of selection sets in the order of the answer, with fragments written out (GraphQL specification, section
 * 6.3.2). A valid document's fragments form no cycles. Directives are not looked at.
 */
export function requestedFields(
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
): readonly RequestedField[] {
  const byName = new Map<string, [FieldNode, ...FieldNode[]]>();
  for (const node of fieldNodesOf(sets, fragments)) {
    const responseName = (node.alias ?? node.name).value;
    const known = byName.get(responseName);
    if (known) known.push(node);
    else byName.set(responseName, [node]);
  }
  return Array.from(byName, ([responseName, nodes]) => ({
    name: nodes[0].name.value,
    responseName,
    nodes,
    fields: requestedFields(
      nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      fragments,
    ),
  }));
}

const countFields = new Set(['totalCount', 'totalCountIsExact', '__typename']);

/** How many rows a page of a connection takes: one more than it shows, and none where only the count is requested. */
export function rowsToRead({ limit }: { limit: number }, { fieldNodes, fragments }: FieldInfo): number {
  const sets = fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const isCountOnly = requestedFields(sets, fragments).every(({ name }) => countFields.has(name));
  return isCountOnly ? 0 : limit + 1;
}

function fieldNodesOf(sets: readonly SelectionSetNode[], fragments: Fragments): FieldNode[] {
  return sets.flatMap(({ selections }) =>
    selections.flatMap((selection) => {
      if (selection.kind === 'Field') return [selection];
      const spread = selection.kind === 'InlineFragment' ? selection : fragments[selection.name.value];
      return spread ? fieldNodesOf([spread.selectionSet], fragments) : [];
    }),
  );
}
