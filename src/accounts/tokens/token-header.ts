/** What a header must say, and all that it may say. */
interface ExpectedHeader {
  kid: string;
  alg: string;
  typ: string;
}

/** @returns the key id that a token's header names, unverified */
export function readKeyId(token: string): string | undefined {
  const kid = parseHeader(token)?.kid;
  return typeof kid === 'string' ? kid : undefined;
}

/**
 * The header, before any key is used: three parts in canonical base64url, exactly the members that we write, the type
 * of an access token, and the algorithm that is pinned to the key. So there is no `crit` (RFC 7515 section 4.1.11), no
 * embedded `jwk`, no `jku` and no `x5u` to be taken in by (RFC 8725 section 3.10).
 */
export function isAcceptableHeader(token: string, expected: ExpectedHeader): boolean {
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.every((part) => part !== '' && isCanonicalBase64Url(part))) return false;
  const header = parseHeader(token);
  return (
    header !== undefined &&
    Object.keys(header).length === Object.keys(expected).length &&
    header.kid === expected.kid &&
    header.alg === expected.alg &&
    header.typ === expected.typ
  );
}

/** Node's decoder skips what is not base64url and ignores stray bits; a token that has either was not made by us. */
export function isCanonicalBase64Url(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}

function parseHeader(token: string): Record<string, unknown> | undefined {
  try {
    const text = Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8');
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
