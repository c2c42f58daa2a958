import { type DocumentNode, getOperationAST, Kind, OperationTypeNode, type SelectionSetNode } from 'graphql';

/** What is called to get an access token. */
export const signInFields: ReadonlySet<string> = new Set(['login', 'refreshSession']);
/** What is given the text of a file. */
export const uploadFields: ReadonlySet<string> = new Set(['importFile', 'importPayRunLines']);

/**
 * Whether an operation calls some of these mutations, and nothing else but `__typename`.
 *
 * @param document need not be valid
 */
export function callsOnly(
  fields: ReadonlySet<string>,
  document: DocumentNode,
  operationName: string | null | undefined,
): boolean {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== OperationTypeNode.MUTATION) return false;
  const called = calledFields(document, operation.selectionSet);
  called.delete('__typename');
  return called.size > 0 && [...called].every((name) => fields.has(name));
}

function calledFields(document: DocumentNode, root: SelectionSetNode): Set<string> {
  const names = new Set<string>();
  // An invalid document's fragments may form cycles: each one is looked at once.
  const sets = new Set([root]);
  for (const { selections } of sets) {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) sets.add(selection.selectionSet);
      else {
        for (const definition of document.definitions) {
          if (
            definition.kind === Kind.FRAGMENT_DEFINITION &&
            definition.name.value === selection.name.value
          ) {
            sets.add(definition.selectionSet);
          }
        }
      }
    }
  }
  return names;
}
