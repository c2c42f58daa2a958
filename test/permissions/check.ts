import { expect } from 'vitest';
import type { Answer } from '../client.js';
import { expectData } from '../expect.js';
import { ask, callOf, send, valuesAt } from './ask.js';
import { changedTables, digestTables } from './digest.js';
import { coordinate, rightTo, type Step } from './paths.js';
import { type Subject, samples } from './samples.js';
import type { TableRole } from './table.js';
import type { Whose, World } from './world.js';

/** A role on its way through the schema. */
export interface Walk {
  world: World;
  role: TableRole;
  way: Step[];
}

/**
 * Sends a real request and holds its answer against the table: the first field on the way that the role may not have is
 * where it has to end.
 *
 * @returns what is at the end of the way
 */
export async function checkWay(walk: Walk): Promise<unknown[]> {
  const { world, role, way } = walk;
  const rights = way.map((step) => rightTo(step, role));
  const end = rights.findIndex((right) => right === 'refused' || right === 'hidden');
  if (rights[end] === 'refused') return checkRefused(walk, end);
  const answer = await ask(way, await subjectOf(walk, rights.includes('own rows only') ? 'own' : 'others'));
  const title = titleOf(walk);
  expectData(answer, title);
  if (end >= 0) expect(withoutNull(valuesAt(answer.data, keysOf(way.slice(0, end + 1)))), title).toEqual([]);
  if (rights.includes('own rows only')) {
    expect(world.tellsOfOthers(answer.text), `${title} tells of others: ${answer.text}`).toBe(false);
  }
  if (rights[0] === 'own rows only' && hasSample(way)) await checkOthersLookMissing(walk);
  return valuesAt(answer.data, keysOf(way));
}

/** Somebody else's row gets the answer that a missing one gets, byte for byte; a mutation leaves it as it is. */
async function checkOthersLookMissing(walk: Walk): Promise<void> {
  const title = `${titleOf(walk)}: others' rows`;
  const missing = await ask(walk.way, await subjectOf(walk, 'missing'));
  const others = await subjectOf(walk, 'others');
  const call = await callOf(walk.way, others);
  const digest = () => (call.kind === 'mutation' ? digestTables(walk.world.t.database) : new Map());
  const before = await digest();
  const answer = await send(others, call);
  expect(answer.text, title).toBe(missing.text);
  expect(changedTables(before, await digest()), title).toEqual([]);
}

/** Nothing comes back but the refusal, and nothing is written but what the operation that leads to it writes by itself. */
async function checkRefused(walk: Walk, end: number): Promise<unknown[]> {
  const { world, role, way } = walk;
  const title = titleOf(walk);
  const allowed = end === 0 ? [] : await tablesWrittenBy(walk);
  const subject = await subjectOf(walk, 'others');
  const call = await callOf(way, subject);
  const before = await digestTables(world.t.database);
  const answer = await send(subject, call);
  const changed = changedTables(before, await digestTables(world.t.database));
  expectRefusal(answer, role, title);
  const path = answer.errors?.[0]?.path?.filter((key) => typeof key === 'string');
  expect(path, title).toEqual(keysOf(way.slice(0, end + 1)));
  expect(
    changed.filter((table) => !allowed.includes(table)),
    title,
  ).toEqual([]);
  return valuesAt(answer.data, keysOf(way));
}

/** Every error of the answer is the refusal that the role gets. */
export function expectRefusal(answer: Answer, role: TableRole, title: string): void {
  const code = role === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  const codes = new Set(answer.errors?.map((error) => error.extensions.code));
  expect([...codes], `${title}: ${answer.text}`).toEqual([code]);
}

const written = new Map<string, string[]>();

/** @returns the tables that the operation of a way writes by itself */
export async function tablesWrittenBy(walk: Walk): Promise<string[]> {
  const way = walk.way.slice(0, 1);
  const [root] = way;
  if (root?.type !== 'Mutation') return [];
  const key = `${walk.role} ${coordinate(root)}`;
  const known = written.get(key);
  if (known) return known;
  const subject = await subjectOf(walk, 'own');
  const call = await callOf(way, subject);
  const before = await digestTables(walk.world.t.database);
  const answer = await send(subject, call);
  const changed = changedTables(before, await digestTables(walk.world.t.database));
  expectData(answer, key);
  written.set(key, changed);
  return changed;
}

/** Whoever may run a mutation is made for it, because it may end their session or change their password. */
export async function subjectOf({ world, role, way }: Walk, whose: Whose): Promise<Subject> {
  const [root] = way;
  const writes = root?.type === 'Mutation' && rightTo(root, role) !== 'refused';
  return { world, whose, actor: writes ? await world.writer(role) : world.reader(role) };
}

function hasSample([root]: Step[]): boolean {
  return root !== undefined && samples[coordinate(root)] !== undefined;
}

function titleOf({ role, way }: Pick<Walk, 'role' | 'way'>): string {
  return `${role} by ${keysOf(way).join('.')}`;
}

function keysOf(way: Step[]): string[] {
  return way.map((step) => step.field.name);
}

export function withoutNull(values: unknown[]): unknown[] {
  return values.filter((value) => value !== null);
}
