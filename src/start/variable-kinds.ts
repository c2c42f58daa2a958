import { isIP } from 'node:net';
import { z } from 'zod';
import { isCurrency } from '../values/currencies.js';
import type { PaymentLimits } from '../values/money.js';
import { Secret } from '../values/secret.js';

// The formats of environment variables.

export const secret = z.string().transform((value) => new Secret(value));
export const longSecret = secret.refine(
  (value) => Buffer.byteLength(value.reveal()) >= 32,
  'must have at least 32 bytes; `openssl rand -base64 48` makes one',
);
export const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
export const databaseUrl = secret.refine(
  (value) => /^postgres(ql)?:\/\//.test(value.reveal()),
  'must have the form postgresql://user:password@host:5432/name',
);
export const onOff = z.enum(['on', 'off'], 'must be on or off').transform((value) => value === 'on');
export const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
export const duration = z
  .string()
  .transform(
    (value, context) =>
      parseDuration(value) ?? fail(context, 'must be a length of time such as 8h, 30m or 45s'),
  );

export const positiveDuration = duration.refine((seconds) => seconds > 0, 'must be at least 1s');

export const numberWithin = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number('must be a number').min(min, `must be at least ${min}`).max(max, `must be at most ${max}`);
export const wholeNumberWithin = (min: number, max?: number) =>
  numberWithin(min, max).int('must be a whole number');
export const paymentLimits = z
  .string()
  .transform(
    (value, context) =>
      parseLimits(value) ?? fail(context, 'must have the form 10000000 or 10000000,JPY=500000000'),
  );

export const port = wholeNumberWithin(0, 65_535);
export const limit = (fallback: number) => wholeNumberWithin(1).default(fallback);

export function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const maxBits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    rest.length === 0 &&
    maxBits >= 0 &&
    (bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= maxBits))
  );
}

/** In the form that browsers send, because origins are compared as text. `*` and `null` are no origins. */
export function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, hostname } = new URL(text);
  if (!/^[a-z0-9._-]+$|^\[[0-9a-f:.]+\]$/.test(hostname)) return false;
  // URL has no origin for the schemes of apps, such as `capacitor://localhost`.
  return origin === text || (origin === 'null' && /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.:-]+$/.test(text));
}

function fail(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

const secondsByUnit: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A number without a unit is in seconds. */
function parseDuration(value: string): number | undefined {
  const match = /^(0|[1-9][0-9]{0,8})([smhd]?)$/.exec(value);
  return match ? Number(match[1]) * (secondsByUnit[match[2] || 's'] ?? 0) : undefined;
}

const keyBytes = 32;

/** A key of 32 bytes in hex or base64, or as 32 characters. */
export function parseKey(value: string): Uint8Array | undefined {
  const candidates = [
    /^[0-9a-f]{64}$/i.test(value) ? Buffer.from(value, 'hex') : undefined,
    /^[A-Za-z0-9+/_-]{43}=?$/.test(value) ? Buffer.from(value, 'base64') : undefined,
    Buffer.from(value, 'utf8'),
  ];
  return candidates.find((bytes) => bytes?.length === keyBytes);
}

function parseLimits(value: string): PaymentLimits | undefined {
  const [units = '', ...rest] = value.split(',').map((part) => part.trim());
  const byCurrency = rest.map((part) => /^([A-Z]{3})=([1-9][0-9]{0,14})$/.exec(part));
  if (!/^[1-9][0-9]{0,14}$/.test(units) || byCurrency.some((match) => !match?.[1] || !isCurrency(match[1])))
    return undefined;
  return {
    units: BigInt(units),
    unitsByCurrency: new Map(
      byCurrency.map((match): [string, bigint] => [match?.[1] ?? '', BigInt(match?.[2] ?? 0)]),
    ),
  };
}
