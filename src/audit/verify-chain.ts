import { hash as digest } from 'node:crypto';
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';

/** The number and the hash of an entry of the chain, as they are kept elsewhere. */
export interface Anchor {
  number: bigint;
  /** In hex. */
  hash: string;
}

export interface Verified {
  entries: number;
  /** What is wrong with the first entry at which something is. */
  fault?: string;
}

interface Link {
  number: bigint;
  entryId: string;
  hash: Buffer;
  /** Null when the entry is missing. */
  text: string | null;
  at: Date | null;
}

const pageLength = 20_000;
/** Clocks of several processes differ, and a long transaction is dated when it began. */
const maxBackwardsMs = 3_600_000;

/** The newest entry of the chain, undefined where there is none. */
export async function headOf(database: Database): Promise<Anchor | undefined> {
  const [head] = await database.rows<{ number: bigint; hash: Buffer }>(
    sql`SELECT number, hash FROM audit_chain ORDER BY number DESC LIMIT 1`,
  );
  return head && { number: head.number, hash: head.hash.toString('hex') };
}

/**
 * Walks the chain from its first entry on, and hashes each entry again.
 *
 * @param anchor what the chain had at that number
 * @param onProgress gets the number of entries that are verified
 */
export async function verifyChain(
  database: Database,
  anchor: Anchor | undefined,
  onProgress: (entries: number) => void,
): Promise<Verified> {
  let head: { number: bigint; hash: Buffer; at: Date } = {
    number: 0n,
    hash: Buffer.alloc(32),
    at: new Date(0),
  };
  const isOther = (link: Link) => anchor?.number === link.number && link.hash.toString('hex') !== anchor.hash;
  let reading = readLinks(database, head.number);
  for (;;) {
    const links = await reading;
    const last = links.at(-1);
    // While this page is hashed, PostgreSQL reads the next one.
    if (last && links.length === pageLength) reading = readAhead(database, last.number);
    for (const link of links) {
      const fault = faultOf(link, head) ?? (isOther(link) ? rewritten(link.number) : undefined);
      if (fault !== undefined) return { entries: Number(head.number), fault };
      const at = link.at && link.at > head.at ? link.at : head.at;
      head = { number: link.number, hash: link.hash, at };
    }
    onProgress(Number(head.number));
    if (links.length < pageLength) break;
  }
  const entries = Number(head.number);
  const fault =
    (anchor && anchor.number > head.number
      ? `the entries from number ${head.number + 1n} on were removed`
      : undefined) ?? (await findUnchained(database));
  return fault === undefined ? { entries } : { entries, fault };
}

/** The same, for a page that nobody may come to await. */
function readAhead(database: Database, after: bigint): Promise<Link[]> {
  const reading = readLinks(database, after);
  reading.catch(() => {});
  return reading;
}

function readLinks(database: Database, after: bigint): Promise<Link[]> {
  // LIMIT has PostgreSQL look up each entry by its id. A join would read all entries for each page.
  return database.rows<Link>(sql`
    SELECT c.number, c.entry_id AS "entryId", c.hash, e.text, e.at
    FROM (SELECT * FROM audit_chain WHERE number > ${after}::bigint ORDER BY number LIMIT ${pageLength}::integer) c
    LEFT JOIN LATERAL (
      SELECT audit_entry_text(e) AS text, e.at FROM audit_entries e WHERE e.id = c.entry_id LIMIT 1
    ) e ON true ORDER BY c.number`);
}

function faultOf(
  { number, entryId, hash, text, at }: Link,
  head: { number: bigint; hash: Buffer; at: Date },
): string | undefined {
  if (number !== head.number + 1n) return `entry number ${head.number + 1n} was removed`;
  const name = `entry number ${number} (${entryId})`;
  if (text === null || at === null) return `${name} was removed`;
  if (!digest('sha256', Buffer.concat([head.hash, Buffer.from(text)]), 'buffer').equals(hash))
    return `${name} was changed`;
  if (head.at.getTime() - at.getTime() > maxBackwardsMs) {
    return `${name} was inserted later than its time, ${at.toISOString()}, says`;
  }
  return undefined;
}

function rewritten(number: bigint): string {
  return `entry number ${number} is not the one of the anchor: it, or one before it, was rewritten`;
}

/** An entry that neither is in the chain nor waits to be was written past the trigger; one that waits and is gone was removed. */
async function findUnchained(database: Database): Promise<string | undefined> {
  const [inserted] = await database.rows<{ id: string }>(sql`
    SELECT e.id FROM audit_entries e
    WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.entry_id = e.id)
      AND NOT EXISTS (SELECT FROM audit_unchained u WHERE u.entry_id = e.id)
    ORDER BY e.at, e.id LIMIT 1`);
  if (inserted) return `entry ${inserted.id} was inserted past the chain`;
  const [removed] = await database.rows<{ id: string }>(sql`
    SELECT u.entry_id AS id FROM audit_unchained u
    WHERE NOT EXISTS (SELECT FROM audit_entries e WHERE e.id = u.entry_id) ORDER BY u.entry_id LIMIT 1`);
  return removed && `entry ${removed.id} was removed before it was chained`;
}
