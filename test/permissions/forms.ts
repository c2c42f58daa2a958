import { type Call, headOf } from './ask.js';

/** A document that asks for something in one of the ways that GraphQL has for it. */
export interface Form {
  query: string;
  variables: object;
  /** Where in `data` what was asked for would stand. */
  keys: string[];
}

/** What anybody may ask for, under whose name something else might hide. */
const harmless = { query: '__typename', mutation: 'login' };

function rootTypeOf({ kind }: Call): string {
  return kind === 'query' ? 'Query' : 'Mutation';
}

function nameOf({ text }: Call): string {
  return text.split(/\W/, 1)[0] ?? '';
}

type Writer = (call: Call) => { query: string; keys?: string[]; variables?: object };

const writers: Record<string, Writer> = {
  'as it is': (call) => ({ query: `${headOf(call)} { ${call.text} }` }),
  'under an alias': (call) => ({ query: `${headOf(call)} { other: ${call.text} }`, keys: ['other'] }),
  'under the name of an allowed field': (call) => ({
    query: `${headOf(call)} { ${harmless[call.kind]}: ${call.text} }`,
    keys: [harmless[call.kind]],
  }),
  'in a fragment': (call) => ({
    query: `${headOf(call)} { ...asked } fragment asked on ${rootTypeOf(call)} { ${call.text} }`,
  }),
  'in a fragment of a fragment': (call) => ({
    query: `fragment inner on ${rootTypeOf(call)} { ${call.text} }
      fragment outer on ${rootTypeOf(call)} { ...inner }
      ${headOf(call)} { ...outer }`,
  }),
  'in an inline fragment': (call) => ({
    query: `${headOf(call)} { ... on ${rootTypeOf(call)} { ${call.text} } }`,
  }),
  'in an inline fragment with no type': (call) => ({ query: `${headOf(call)} { ... { ${call.text} } }` }),
  'with @include': (call) => ({
    query: `${headOf(call, '$yes: Boolean!')} { ... @include(if: $yes) { ${call.text} } }`,
    variables: { yes: true },
  }),
  'with @skip': (call) => ({
    query: `${headOf(call, '$no: Boolean = false')} { ... @skip(if: $no) { ${call.text} } }`,
  }),
  'twice, next to an allowed field': (call) => ({
    query: `${headOf(call)} { allowed: __typename one: ${call.text} two: ${call.text} }`,
    keys: ['one', 'two'],
  }),
  'as one of two operations': (call) => ({
    query: `query Harmless { __typename } ${headOf(call)} { ${call.text} }`,
  }),
};

/** @returns every form of asking for what a call asks for */
export function formsOf(call: Call): Array<Form & { name: string }> {
  return Object.entries(writers).map(([name, write]) => {
    const { query, keys, variables } = write(call);
    return { name, query, keys: keys ?? [nameOf(call)], variables: { ...call.variables, ...variables } };
  });
}
