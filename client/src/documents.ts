/**
 * A document that knows its result and its variables: what graphql-codegen's client preset makes of a `graphql(…)` call,
 * with `documentMode: 'string'`. A plain string is a document of unknown types.
 */
export interface TypedDocument<Result, Variables> {
  toString(): string;
  readonly __apiType?: ((variables: Variables) => Result) | undefined;
}

export type Variables = Record<string, unknown>;

/** A root field of an operation and the text of its arguments. */
export interface RootField {
  readonly name: string;
  readonly args: string;
}

export interface Operation {
  readonly text: string;
  readonly kind: 'query' | 'mutation';
  /** Undefined when they are not all in plain sight: fragments, or several operations in one document. */
  readonly fields: readonly RootField[] | undefined;
}

const tokens = /"""[\s\S]*?"""|"(?:\\.|[^"\\])*"|#[^\n]*|\.{3}|[A-Za-z_]\w*|[{}():@]/g;

/** Reads what the client needs to know of a document: whether it may be sent again, and where its keys go. */
export function readOperation(text: string): Operation {
  let kind: Operation['kind'] = 'query';
  let operations = 0;
  let inSight = true;
  let [braces, parens, argsFrom, previous] = [0, 0, 0, ''];
  const fields: Array<{ name: string; args: string }> = [];
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '(' && parens++ === 0) argsFrom = index + 1;
    else if (token === ')' && --parens === 0 && braces === 1) {
      const field = fields.at(-1);
      if (field && field.args === '' && previous !== '@') field.args = text.slice(argsFrom, index);
    }
    if (parens > 0 || token === ')' || /^["#]/.test(token)) continue;
    if (braces === 0) {
      if (token === 'mutation') kind = token;
      if (token === '{' && !previous.startsWith('fragment')) operations++;
      if (token === 'fragment') inSight = false;
    } else if (braces === 1) {
      if (token === '...') inSight = false;
      // A name before a colon is an alias: the field's own name follows.
      else if (token === ':') fields.pop();
      else if (/^\w/.test(token) && previous !== '@') fields.push({ name: token, args: '' });
    }
    if (token === '{') braces++;
    else if (token === '}') braces--;
    previous = token;
  }
  return { text, kind, fields: inSight && operations === 1 ? fields : undefined };
}
