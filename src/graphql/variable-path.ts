import { type ASTNode, Kind, parse, visit } from 'graphql';

/**
 * Where a variable is used first, from the argument on, and in an argument `input` from its fields on: `$a` in
 * `issuePayment(input: { amount: { amount: $a } })` is `amount`, `amount`.
 */
export function pathOfVariable(source: string, name: string): string[] {
  let found: string[] = [];
  visit(parse(source), {
    Variable: (node, _key, parent, _path, ancestors) => {
      if (node.name.value !== name || found.length > 0) return;
      found = [...ancestors, ...(parent ? [parent] : [])].flatMap((one) => (isNode(one) ? namesOf(one) : []));
    },
  });
  return found[0] === 'input' ? found.slice(1) : found;
}

function isNode(value: ASTNode | readonly ASTNode[]): value is ASTNode {
  return 'kind' in value;
}

function namesOf(node: ASTNode): string[] {
  return node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD ? [node.name.value] : [];
}
