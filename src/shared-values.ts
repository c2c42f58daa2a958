import type { Database } from './database/database.js';

/**
 * A value that all processes on one database have in common: the first to ask for it settles it.
 *
 * @param propose makes the value, should there be none yet
 */
export async function sharedValue(database: Database, name: string, propose: () => Buffer): Promise<Buffer> {
  const found = await database.prisma.sharedValue.findUnique({ where: { name } });
  if (found) return Buffer.from(found.value);
  await database.prisma.sharedValue.createMany({
    data: { name, value: new Uint8Array(propose()) },
    skipDuplicates: true,
  });
  return Buffer.from((await database.prisma.sharedValue.findUniqueOrThrow({ where: { name } })).value);
}
