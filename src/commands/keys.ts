import { addKey, generateKey, promoteKey, retireKey } from '../accounts/keys/edit-keys.js';
import { type JwkSet, type KeyAlgorithm, keyAlgorithms } from '../accounts/keys/jwk.js';
import { createKeyRing } from '../accounts/keys/key-ring.js';
import type { KeyStore } from '../accounts/keys/key-store.js';
import { type AuditAction, recordAuditWithin } from '../audit/audit.js';
import type { Database } from '../database/database.js';
import { keyStoreOf } from '../start/deps.js';
import { openStore } from '../start/store.js';
import { systemClock } from '../values/clock.js';
import { type CommandContext, CommandError } from './command.js';

const usage = `Usage: npm run keys -- list | add --alg ${keyAlgorithms.join('|')} | promote KID | retire KID`;

/** `npm run keys`: shows and changes the key ring. Running servers load a changed ring by themselves. */
export async function keys({ config, log, args, print }: CommandContext): Promise<void> {
  const change = parseChange(args);
  const store = await openStore(config, { log, beside: true });
  try {
    const keyStore = keyStoreOf(store, config);
    if (change) {
      const kid = await apply(keyStore, change);
      await recordChange(store.database, change, kid);
      print(`${change.verb}: ${kid}\n`);
    }
    print(table(await keyStore.read()));
  } finally {
    await store.close();
  }
}

type Change = { verb: 'add'; alg: KeyAlgorithm } | { verb: 'promote' | 'retire'; kid: string };

/** @returns undefined for `list` */
function parseChange([verb, ...words]: string[]): Change | undefined {
  if (verb === 'list' && words.length === 0) return undefined;
  if (verb === 'add') {
    const alg = keyAlgorithms.find((name) => words.join('=') === `--alg=${name}`);
    if (alg) return { verb, alg };
  }
  const [kid, ...rest] = words;
  if ((verb === 'promote' || verb === 'retire') && kid !== undefined && rest.length === 0)
    return { verb, kid };
  throw new CommandError(usage);
}

/** @returns the id of the changed key */
async function apply(keyStore: KeyStore, change: Change): Promise<string> {
  const { kid, edit } = prepare(change);
  await keyStore.update((set) => {
    const edited = edit(set);
    // A server cannot start with an invalid ring, so none is written.
    createKeyRing(edited);
    return edited;
  });
  return kid;
}

function prepare(change: Change): { kid: string; edit: (set: JwkSet) => JwkSet } {
  switch (change.verb) {
    case 'add': {
      const key = generateKey(change.alg, systemClock.now());
      return { kid: key.kid, edit: (set) => addKey(set, key) };
    }
    case 'promote':
      return { kid: change.kid, edit: (set) => promoteKey(set, change.kid) };
    case 'retire':
      return { kid: change.kid, edit: (set) => retireKey(set, change.kid) };
  }
}

const actions = { add: 'keys.added', promote: 'keys.promoted', retire: 'keys.retired' } satisfies Record<
  Change['verb'],
  AuditAction
>;

async function recordChange(database: Database, { verb }: Change, kid: string): Promise<void> {
  await database.transaction((tx) =>
    recordAuditWithin(tx, {
      at: systemClock.now(),
      action: actions[verb],
      actorId: null,
      subject: null,
      changes: [{ field: 'kid', before: null, after: kid }],
      ip: null,
    }),
  );
}

function table({ keys }: JwkSet): string {
  const rows = keys.map(({ kid, alg, key_ops }) => [kid, alg, stateOf(key_ops)]);
  const lines = [['KID', 'ALG', 'STATE'], ...rows].map(
    ([kid = '', alg = '', state = '']) => `${kid.padEnd(24)}${alg.padEnd(8)}${state}`,
  );
  return `${lines.join('\n')}\n`;
}

function stateOf(operations: string[]): string {
  if (operations.includes('sign')) return 'signs';
  return operations.includes('verify') ? 'verifies' : 'retired';
}
