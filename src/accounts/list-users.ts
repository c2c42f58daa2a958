import { type Database, sql } from '../database/database.js';
import { type Cursors, type Page, type PageArgs, parsePage, toPage } from '../reads/pagination.js';
import { type User, userColumns } from './user.js';

export type UserPage = Page<User>;

/** Everybody who may, or might once, log in, in the order in which they were added: ids sort by time. */
export async function listUsers(
  { database, cursors }: { database: Database; cursors: Cursors },
  args: PageArgs,
): Promise<UserPage> {
  const list = 'users';
  const page = parsePage(cursors, list, args);
  const following = page.after ? sql`WHERE id > ${page.after[0]}::uuid` : sql``;
  const rows = await database.rows<User>(
    sql`SELECT ${userColumns} FROM users ${following} ORDER BY id LIMIT ${page.limit + 1}`,
  );
  return toPage(
    cursors,
    list,
    page,
    rows,
    (user) => [user.id],
    () => database.prisma.user.count(),
  );
}
