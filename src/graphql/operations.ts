import type { OperationDefinitionNode } from 'graphql';

const longestName = 100;

/** An operation's name, as far as logs and traces tell it: it may be as long as a document. */
export function shownName({ name }: OperationDefinitionNode): string | undefined {
  const text = name?.value;
  return text !== undefined && text.length > longestName ? `${text.slice(0, longestName)}…` : text;
}
