import type { Answer } from '../client.js';
import { expectData } from '../expect.js';
import type { Harness } from '../harness.js';

const query = `mutation ($input: VoidPaymentInput!) { voidPayment(input: $input) {
  payment { id status voidedAt voidedBy { username } voidReason replacedBy { id } amount { amount currency } } } }`;

/** Asks to void, as the admin unless said otherwise. */
export function voidPayment(
  t: Harness,
  input: object,
  account: { token: string } = t.admin,
): Promise<Answer> {
  return t.gql(query, { input }, account);
}

/** Voids, or fails the test. @returns the payment */
export async function voided(t: Harness, id: string, reason = 'A test') {
  return expectData(await voidPayment(t, { id, reason })).voidPayment.payment;
}
