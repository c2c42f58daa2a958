import { createLoginLimits } from '../accounts/login-limits.js';
import { generatePassword } from '../accounts/passwords/generate-password.js';
import { createPasswordHasher } from '../accounts/passwords/passwords.js';
import { revokeSessions } from '../accounts/sessions/revoke-sessions.js';
import { usernameKey } from '../accounts/username.js';
import { recordAuditWithin } from '../audit/audit.js';
import { openStore, type Store } from '../start/store.js';
import { systemClock } from '../values/clock.js';
import { type CommandContext, CommandError } from './command.js';

const usage = 'Usage: npm run users -- reset-password NAME';

/** `npm run users -- reset-password NAME`: gives a user a new password, for an admin who forgot theirs above all. */
export async function users(context: CommandContext): Promise<void> {
  const { config, log, args } = context;
  const [verb, name, ...rest] = args;
  if (verb !== 'reset-password' || name === undefined || rest.length > 0) throw new CommandError(usage);
  const store = await openStore(config, { log, beside: true });
  try {
    await resetPassword(store, context, name);
  } finally {
    await store.close();
  }
}

async function resetPassword(
  { database }: Store,
  { config, print }: CommandContext,
  name: string,
): Promise<void> {
  const user = await database.prisma.user.findUnique({ where: { usernameKey: usernameKey(name) } });
  if (!user) throw new CommandError(`There is no user named ${JSON.stringify(name)}.`);
  const password = generatePassword();
  const passwords = await createPasswordHasher({ concurrency: 1, maxQueue: 1 });
  const passwordHash = await passwords.hash(password);
  const now = systemClock.now();
  await database.transaction(async (tx) => {
    await tx.user.update({ where: { id: user.id }, data: { passwordHash, updatedAt: now } });
    await revokeSessions(tx, user.id, {}, now);
    await recordAuditWithin(tx, {
      at: now,
      action: 'user.edited',
      actorId: null,
      subject: user.id,
      changes: [{ field: 'password', before: null, after: null }],
      ip: null,
    });
  });
  // Attempts at the forgotten password must not delay the next login.
  await createLoginLimits(database.pool, config).reset(user.usernameKey);
  const disabled = user.disabledAt ? '\nThe user is disabled and still cannot log in.' : '';
  print(
    `username: ${user.username}  password: ${password}\nThe user has been logged out everywhere.${disabled}\n`,
  );
}
