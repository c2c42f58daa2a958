/**
 * @param {bigint | string} minor
 * @returns {{ amount: string, currency: string }} JPY has no minor digits, the others two
 */
export function money(minor, currency) {
  const text = String(minor);
  if (currency === 'JPY') return { amount: text, currency };
  const digits = text.padStart(3, '0');
  return { amount: `${digits.slice(0, -2)}.${digits.slice(-2)}`, currency };
}
