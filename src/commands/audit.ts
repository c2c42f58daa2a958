import { chainAuditEntries } from '../audit/audit-chain.js';
import { type Anchor, headOf, verifyChain } from '../audit/verify-chain.js';
import type { Database } from '../database/database.js';
import { openStore } from '../start/store.js';
import { type CommandContext, CommandError } from './command.js';

const usage = 'Usage: npm run audit -- verify [--anchor NUMBER:HASH] | anchor';

/** `npm run audit`: verifies the chain of audit entries, and prints its head, to be kept elsewhere. */
export async function audit(context: CommandContext): Promise<void> {
  const [verb, ...words] = context.args;
  const anchor = verb === 'verify' ? parseAnchor(words) : undefined;
  if (!(verb === 'verify' || (verb === 'anchor' && words.length === 0))) throw new CommandError(usage);
  const store = await openStore(context.config, { log: context.log, beside: true });
  try {
    if (verb === 'anchor') await printAnchor(store.database, context);
    else await verify(store.database, anchor, context);
  } finally {
    await store.close();
  }
}

function parseAnchor(words: string[]): Anchor | undefined {
  if (words.length === 0) return undefined;
  const [, number, hash] = /^--anchor[= ](\d{1,18}):([0-9a-f]{64})$/.exec(words.join(' ')) ?? [];
  if (number === undefined || hash === undefined) throw new CommandError(usage);
  return { number: BigInt(number), hash };
}

async function printAnchor(database: Database, { print }: CommandContext): Promise<void> {
  await chainAuditEntries(database);
  const head = await headOf(database);
  if (!head) throw new CommandError('There are no audit entries yet.');
  print(`${head.number}:${head.hash}\n`);
}

/** @throws CommandError that names the first entry at which something is wrong */
async function verify(
  database: Database,
  anchor: Anchor | undefined,
  { print, onProgress }: CommandContext,
): Promise<void> {
  const { entries, fault } = await verifyChain(database, anchor, (count) =>
    onProgress(`${count} entries verified`),
  );
  if (fault !== undefined) throw new CommandError(`The audit log was tampered with: ${fault}.`);
  print(`${entries} audit entries verified: none was changed, removed or inserted.\n`);
}
