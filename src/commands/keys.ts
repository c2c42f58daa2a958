import { addKey, promoteKey, retireKey } from '../accounts/keys/edit-keys.js';
import { type JwkSet, type KeyAlgorithm, keyAlgorithms } from '../accounts/keys/jwk.js';
import { createKeyRing } from '../accounts/keys/key-ring.js';
import type { KeyStore } from '../accounts/keys/key-store.js';
import { type AuditAction, recordAudit } from '../audit/audit.js';
import { keyStoreOf } from '../start/deps.js';
import { openStore, type Store } from '../start/store.js';
import { systemClock } from '../values/clock.js';
import { type CommandContext, CommandError } from './command.js';

const usage = `Usage: npm run keys -- list | add --alg ${keyAlgorithms.join('|')} | promote KID | retire KID`;

/** `npm run keys`: shows and changes the key ring. Running servers take a change up by themselves. */
export async function keys({ config, log, args, print }: CommandContext): Promise<void> {
  const change = parseChange(args);
  const store = await openStore(config, { log, beside: true });
  try {
    const keyStore = keyStoreOf(store, config);
    if (change) await apply(store, keyStore, change, print);
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

const actions = { add: 'keys.added', promote: 'keys.promoted', retire: 'keys.retired' } satisfies Record<
  string,
  AuditAction
>;

async function apply(
  store: Store,
  keyStore: KeyStore,
  change: Change,
  print: (text: string) => void,
): Promise<void> {
  let kid = change.verb === 'add' ? '' : change.kid;
  await keyStore.update((set) => {
    const changed = edit(set, change, (added) => {
      kid = added;
    });
    // No ring is written that a server could not start with.
    createKeyRing(changed);
    return changed;
  });
  await recordAudit(store.database, {
    at: systemClock.now(),
    action: actions[change.verb],
    actorId: null,
    subject: null,
    changes: [{ field: 'kid', before: null, after: kid }],
    ip: null,
  });
  print(`${change.verb}: ${kid}\n`);
}

function edit(set: JwkSet, change: Change, onAdded: (kid: string) => void): JwkSet {
  switch (change.verb) {
    case 'add': {
      const added = addKey(set, change.alg, systemClock.now());
      onAdded(added.kid);
      return added.set;
    }
    case 'promote':
      return promoteKey(set, change.kid);
    case 'retire':
      return retireKey(set, change.kid);
  }
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
