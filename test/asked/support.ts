import { type GraphQLSchema, getNamedType, isObjectType } from 'graphql';
import { expect } from 'vitest';
import type { Harness } from '../harness.js';
import { valuesAt } from '../permissions/ask.js';
import { stepsFrom } from '../permissions/paths.js';

/** The names of fields, from an object down to a leaf. */
export type Path = string[];

/** Every way from a type down to a leaf that is no longer than that. */
export function leavesOf(schema: GraphQLSchema, type: string, longest = 3): Path[] {
  return stepsFrom(schema, type).flatMap(({ field }) => {
    const named = getNamedType(field.type);
    if (!isObjectType(named)) return [[field.name]];
    const inner = longest > 1 ? leavesOf(schema, named.name, longest - 1) : [];
    return inner.map((path) => [field.name, ...path]);
  });
}

type Tree = Map<string, Tree>;

/** Arguments without which a field can't be, or would answer more than a test needs. */
const given: Record<string, string> = {
  salaryAt: '(date: $date)',
  payments: '(first: 3)',
  salaryHistory: '(first: 2)',
};

/** The one selection of all these. */
export function selectionOf(paths: Path[]): string {
  const tree: Tree = new Map();
  for (const path of paths) {
    let at = tree;
    for (const name of path) {
      const next: Tree = at.get(name) ?? new Map();
      at.set(name, next);
      at = next;
    }
  }
  return written(tree);
}

function written(tree: Tree): string {
  const fields = [...tree].map(([name, inner]) =>
    inner.size === 0 ? name : `${name}${given[name] ?? ''} ${written(inner)}`,
  );
  return `{ ${fields.join(' ')} }`;
}

/** Somewhere that objects of a type are read: the text around their selection, and where they are in the answer. */
export interface Place {
  around: (selection: string, more: string) => string;
  keys: string[];
}

/** Reads, twice: the second time goes past Apollo where the first one may not. It fails on any error, and on two answers. */
export async function read(t: Harness, text: string, variables: Record<string, unknown>): Promise<unknown> {
  const used = Object.entries({ ...variables, date: '2026-11-22' }).filter(([name]) =>
    new RegExp(`\\$${name}\\b`).test(text),
  );
  const types: Record<string, string> = { date: 'Date!', id: 'ID!' };
  const definitions = used.map(([name]) => `$${name}: ${types[name] ?? 'ID!'}`).join(', ');
  const [body = '', ...fragments] = text.split('fragment ');
  const query = `query ${definitions && `(${definitions})`} ${body} ${fragments.map((each) => `fragment ${each}`).join(' ')}`;
  const values = Object.fromEntries(used);
  const first = await t.gql(query, values, t.admin);
  const second = await t.gql(query, values, t.admin);
  expect(first.errors, `${query}\n${first.text}`).toBeUndefined();
  expect(second.text, query).toBe(first.text);
  return first.data;
}

/** What an answer has at a path below a place. */
export function at(data: unknown, { keys }: Place, path: Path): unknown[] {
  return valuesAt(data, [...keys, ...path]);
}
