import { createHash } from 'node:crypto';

const id = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const decimal = /^(0|[1-9][0-9]{0,14})(?:\.([0-9]+))?$/;
const kinds = ['BONUS', 'EXPENSE', 'CORRECTION'];

/** EUR and USD have two minor digits. */
const digitsOf = { EUR: 2, USD: 2, JPY: 0 };

/**
 * The input of issuePayment, for what the benchmark pays: no salaries, and no payment that replaces one.
 *
 * @returns {{ order?: { employeeId: string, amountMinor: string, currency: string, kind: string, note: string | null,
 *   key: string, inputHash: Buffer, changes: object[] }, problem?: string }}
 */
export function parseOrder({ employeeId, amount, kind, note = null, idempotencyKey: key }) {
  if (!id.test(employeeId)) return { problem: '"employeeId" is not an id.' };
  const { currency } = amount;
  const [, units = '', fraction = ''] = decimal.exec(amount.amount) ?? [];
  const digits = digitsOf[currency];
  if (digits === undefined) return { problem: '"amount.currency" is not a currency.' };
  if (units === '' || fraction.length > digits) return { problem: '"amount" is not an amount.' };
  const amountMinor = `${units}${fraction.padEnd(digits, '0')}`.replace(/^0+(?=.)/, '');
  if (amountMinor === '0') return { problem: '"amount" is not positive.' };
  if (!kinds.includes(kind)) return { problem: '"kind" is not one that is paid here.' };
  if (note?.length > 500) return { problem: '"note" is too long.' };
  if (typeof key !== 'string' || key === '' || key.length > 255)
    return { problem: '"idempotencyKey" is no key.' };
  const meaning = JSON.stringify([employeeId, amountMinor, currency, kind, note]);
  const inputHash = createHash('sha256').update(meaning).digest();
  const changes = audited({
    employeeId,
    amount: `${amount.amount} ${currency}`,
    kind,
    note,
    idempotencyKey: key,
  });
  return { order: { employeeId, amountMinor, currency, kind, note, key, inputHash, changes } };
}

function audited(fields) {
  return Object.entries(fields).flatMap(([field, after]) =>
    after === null ? [] : [{ field, before: null, after }],
  );
}
