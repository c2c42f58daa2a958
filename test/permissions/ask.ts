import { type GraphQLOutputType, getNamedType, isCompositeType, isObjectType } from 'graphql';
import { type Answer, post } from '../client.js';
import { coordinate, type Step } from './paths.js';
import { type Subject, samples } from './samples.js';

/** What a document asks for: the parts that it is put together from. */
export interface Call {
  kind: 'query' | 'mutation';
  /** `$id: ID!`, for as many variables as there are. */
  definitions: string[];
  /** The way from the operation's field on: `payments(first: $first) { nodes { id } }`. */
  text: string;
  variables: Record<string, unknown>;
}

/** Puts a way through the schema into words, with sample arguments. */
export async function callOf(way: Step[], subject: Subject): Promise<Call> {
  const definitions: string[] = [];
  const variables: Record<string, unknown> = {};
  const parts: string[] = [];
  for (const [index, step] of way.entries()) {
    const given = await argumentsOf(step, subject);
    const passed = step.field.args.filter(({ name }) => given.has(name));
    for (const { name, type } of passed) {
      definitions.push(`$${name}${index}: ${type}`);
      variables[`${name}${index}`] = given.get(name);
    }
    const list = passed.map(({ name }) => `${name}: $${name}${index}`).join(', ');
    parts.push(`${step.field.name}${list && `(${list})`}`);
  }
  const last = way.at(-1);
  const leaf = last && isCompositeType(getNamedType(last.field.type)) ? '__typename' : '';
  const text = parts.reduceRight((inner, part) => (inner === '' ? part : `${part} { ${inner} }`), leaf);
  return { kind: way[0]?.type === 'Mutation' ? 'mutation' : 'query', definitions, text, variables };
}

async function argumentsOf(step: Step, subject: Subject): Promise<Map<string, unknown>> {
  const sample = samples[coordinate(step)];
  const needed = step.field.args.some((arg) => `${arg.type}`.endsWith('!') && arg.defaultValue === undefined);
  if (!sample && needed)
    throw new Error(`test/permissions/samples.ts has no arguments for ${coordinate(step)}`);
  return new Map(Object.entries((await sample?.(subject)) ?? {}));
}

/** `mutation Chosen($input: IssuePaymentInput!)` */
export function headOf({ kind, definitions }: Call, ...more: string[]): string {
  const all = [...definitions, ...more];
  return `${kind} Chosen${all.length > 0 ? `(${all.join(', ')})` : ''}`;
}

/** Runs the operation `Chosen` of a document, with the actor's token when there is one. */
export async function run({ world, actor }: Pick<Subject, 'world' | 'actor'>, query: string, variables = {}) {
  const { token } = actor;
  return post(
    world.t.url,
    JSON.stringify({ query, variables, operationName: 'Chosen' }),
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );
}

/** Sends the call as it is. */
export async function send(subject: Subject, call: Call): Promise<Answer> {
  return run(subject, `${headOf(call)} { ${call.text} }`, call.variables);
}

/** Asks for what stands at the end of a way. */
export async function ask(way: Step[], subject: Subject): Promise<Answer> {
  return send(subject, await callOf(way, subject));
}

/** @returns a selection of all that a type has and that needs no arguments, so many levels deep */
export function everythingOf(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  const fields = Object.values(named.getFields()).filter(
    (field) =>
      field.args.every((arg) => !`${arg.type}`.endsWith('!')) &&
      (depth > 1 || !isObjectType(getNamedType(field.type))),
  );
  return `{ __typename ${fields.map((field) => `${field.name} ${everythingOf(field.type, depth - 1)}`).join(' ')} }`;
}

/** What an answer has at the end of a way, null where it has nothing there; lists are flattened. */
export function valuesAt(data: unknown, keys: string[]): unknown[] {
  if (Array.isArray(data)) return data.flatMap((item) => valuesAt(item, keys));
  const [key, ...rest] = keys;
  if (key === undefined) return [data];
  if (typeof data !== 'object' || data === null) return [];
  return valuesAt(new Map<string, unknown>(Object.entries(data)).get(key) ?? null, rest);
}
