import type { Operation, RootField, Variables } from './documents.js';
import { recordOf } from './tokens.js';

/** The mutations whose input has an `idempotencyKey`. */
export const keyedMutations: readonly string[] = ['issuePayment', 'draftPayRun'];

/** A mutation with its keys, as it is about to be sent for the first time. All of it is plain JSON. */
export interface PendingMutation {
  /** Its first key, which names it. */
  readonly key: string;
  readonly document: string;
  readonly variables: Variables;
}

/** Where mutations stand that are sent and not answered yet, so that a reload can go on with them. */
export interface PendingStore {
  /** Called before the first send, which waits for it. */
  add(mutation: PendingMutation): void | Promise<void>;
  /** Called when the server has said what became of the mutation. */
  remove(key: string): void | Promise<void>;
  list(): readonly PendingMutation[] | Promise<readonly PendingMutation[]>;
}

export interface Keyed {
  readonly variables: Variables;
  /** The key of the first payment; undefined when the operation takes none. */
  readonly key: string | undefined;
  /** The key, where no variable can take it. */
  readonly header: string | undefined;
  /** Whether the operation can be sent again: it has no effect, or a key for each one. */
  readonly repeatable: boolean;
}

/**
 * Gives a mutation the keys that its input lacks. Keys that are there stay.
 *
 * @param given the key for the first that lacks one
 * @throws TypeError on a document whose payments can't be told apart
 */
export function withKeys({ kind, text, fields }: Operation, variables: Variables, given?: string): Keyed {
  if (kind === 'query') return { variables, key: undefined, header: undefined, repeatable: true };
  if (fields === undefined && keyedMutations.some((name) => text.includes(name))) {
    throw new TypeError('A payment must be in a document of its own, not in a fragment.');
  }
  const taking = fields?.filter(({ name }) => keyedMutations.includes(name)) ?? [];
  const keys: string[] = [];
  let all = variables;
  let header: string | undefined;
  let spare = given;
  for (const field of taking) {
    const placed = placeKey(field, all, spare ?? newKey());
    if (placed.key === spare) spare = undefined;
    all = placed.variables;
    keys.push(placed.key);
    if (!placed.inHeader) continue;
    if (taking.length > 1) throw new TypeError('Of several payments, each needs a variable for its input.');
    header = placed.key;
  }
  const repeatable = taking.length > 0 && taking.length === fields?.length;
  return { variables: all, key: keys[0], header, repeatable };
}

/** @param fresh the key, when there is none yet */
function placeKey(
  { args }: RootField,
  variables: Variables,
  fresh: string,
): { variables: Variables; key: string; inHeader?: boolean } {
  const whole = /\binput\s*:\s*\$(\w+)/.exec(args)?.[1];
  if (whole !== undefined) {
    const input = recordOf(variables[whole]);
    const key = keyOr(input.idempotencyKey, fresh);
    return { key, variables: { ...variables, [whole]: { ...input, idempotencyKey: key } } };
  }
  const [, variable, literal] = /\bidempotencyKey\s*:\s*(?:\$(\w+)|"([^"]*)")/.exec(args) ?? [];
  if (variable !== undefined) {
    const key = keyOr(variables[variable], fresh);
    return { key, variables: { ...variables, [variable]: key } };
  }
  return literal ? { key: literal, variables } : { key: fresh, variables, inHeader: true };
}

function keyOr(present: unknown, fresh: string): string {
  return typeof present === 'string' && present !== '' ? present : fresh;
}

/** 128 random bits. `crypto.randomUUID` is missing in pages on plain HTTP. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
