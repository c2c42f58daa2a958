import { type DocumentNode, Kind, type OperationDefinitionNode } from 'graphql';

/** @param name null for a document's only operation */
export function operationIn(
  document: DocumentNode,
  name: string | null,
): OperationDefinitionNode | undefined {
  return document.definitions
    .filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    .find((node) => name === null || node.name?.value === name);
}

const longestName = 100;

/** An operation's name, as far as logs and traces tell it: it may be as long as a document. */
export function shownName({ name }: OperationDefinitionNode): string | undefined {
  const text = name?.value;
  return text !== undefined && text.length > longestName ? `${text.slice(0, longestName)}…` : text;
}
