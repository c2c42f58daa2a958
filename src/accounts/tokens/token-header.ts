/** The members that a header must have, and no others. */
interface ExpectedHeader {
  kid: string;
  alg: string;
  typ: string;
}

/** @returns the key id in a token's header, which is not verified yet */
export function readKeyId(token: string): string | undefined {
  const kid = parseHeader(token)?.kid;
  return typeof kid === 'string' ? kid : undefined;
}

/**
 * Checks the header before any key is used: three parts in canonical base64url, exactly the members that Stipend writes,
 * the type of an access token, and the algorithm that is pinned to the key. This excludes `crit` (RFC 7515 section 4.1.11),
 * an embedded `jwk`, `jku` and `x5u` (RFC 8725 section 3.10).
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

/** Node's decoder skips characters that are not base64url and ignores stray bits. Tokens of Stipend have neither. */
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
