import { findUsers } from '../accounts/user.js';
import type { Database } from '../database/database.js';
import type { Asked } from '../reads/asked.js';
import type { PaymentPage } from './payment.js';

/** Puts the issuers beside the payments that are shown with them: pages have many payments, and few issuers. */
export async function readIssuers(
  deps: { database: Database },
  pages: ReadonlyMap<string, PaymentPage>,
  asked: Asked,
): Promise<void> {
  // Where the answer is written of the rows' columns, theirs are among these.
  if (asked.answer || !asked.has('issuedBy')) return;
  const payments = [...pages.values()].flatMap(({ nodes }) => nodes);
  if (payments.length === 0) return;
  const ids = new Set(payments.map(({ issuedById }) => issuedById));
  const users = new Map((await findUsers(deps, [...ids])).map((user) => [user.id, user]));
  for (const payment of payments) payment.issuer = users.get(payment.issuedById);
}
