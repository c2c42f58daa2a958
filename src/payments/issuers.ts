import type { Database } from '../database/database.js';
import type { Asked } from '../graphql/asked.js';
import { findUsers } from '../users/user.js';
import type { Payment } from './payment.js';

/** Puts the issuers beside payments that are shown with them: a page has many payments, and few issuers. */
export async function readIssuers(
  deps: { database: Database },
  payments: readonly Payment[],
  asked: Asked,
): Promise<void> {
  if (!asked.has('issuedBy') || payments.length === 0) return;
  const ids = new Set(payments.map(({ issuedById }) => issuedById));
  const users = new Map((await findUsers(deps, [...ids])).map((user) => [user.id, user]));
  for (const payment of payments) payment.issuer = users.get(payment.issuedById);
}
