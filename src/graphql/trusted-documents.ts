import { createHash } from 'node:crypto';
import type { Logger } from '../telemetry/log.js';
import { AppError } from '../values/app-error.js';
import type { Documents } from './documents.js';
import { manifestsVersion, readManifests, recordOf } from './manifests.js';

/** The only documents that are served, where there is a list of them. */
export interface TrustedDocuments {
  /**
   * @param request as it came: whatever it is
   * @returns the request with the trusted document's text as its `query`, and without what has named it; without a
   *   `query` when it asks for none
   * @throws AppError GRAPHQL_VALIDATION_FAILED for any other document, which nothing has parsed by then
   */
  resolve(request: object): Record<string, unknown>;
}

export interface TrustedDocumentsOptions {
  /** A manifest, or a folder of them. */
  path: string;
  documents: Documents;
  /** Documents that are served besides. */
  more: ReadonlyArray<readonly [id: string, text: string]>;
  log: Logger;
}

/** Logs in: the curl at the end of a start uses it, so it is always served. */
export const loginDocument =
  'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { token expiresAt } }';

const lookEveryMs = 1_000;

/**
 * Reads the manifests, and again when one has changed. Where they are not sound then, it is logged, and the last ones stay.
 *
 * @throws ConfigError when they are not sound
 */
export function openTrustedDocuments({
  path,
  documents,
  more,
  log,
}: TrustedDocumentsOptions): TrustedDocuments & { close(): void } {
  const read = () => trustedDocuments([...readManifests(path, documents), ...more, ['login', loginDocument]]);
  let seen = manifestsVersion(path);
  let current = read();
  const timer = setInterval(() => {
    try {
      const version = manifestsVersion(path);
      if (version === seen) return;
      seen = version;
      current = read();
      log.info('the trusted documents were read again');
    } catch (err) {
      log.error({ err }, 'the trusted documents could not be read again; the last ones stay in use');
    }
  }, lookEveryMs);
  timer.unref();
  return { resolve: (request) => current.resolve(request), close: () => clearInterval(timer) };
}

const hashName = /^sha256:/;

function trustedDocuments(entries: ReadonlyArray<readonly [id: string, text: string]>): TrustedDocuments {
  const byId = new Map<string, string>();
  // The preset's own hash is SHA-1 unless it is told otherwise, and a client that hashes for itself takes SHA-256.
  for (const [, text] of entries) byId.set(createHash('sha256').update(text).digest('hex'), text);
  for (const [id, text] of entries) byId.set(id.replace(hashName, ''), text);
  const texts = new Set(byId.values());
  const named = (id: unknown) => (typeof id === 'string' ? byId.get(id.replace(hashName, '')) : undefined);
  const written = (text: unknown) => (typeof text === 'string' && texts.has(text) ? text : undefined);
  return {
    resolve: (request) => {
      const { documentId, query, extensions, ...rest } = recordOf(request);
      const { persistedQuery, ...others } = recordOf(extensions);
      const { sha256Hash } = recordOf(persistedQuery);
      const passedOn = { ...rest, ...(isGiven(extensions) && { extensions: others }) };
      const found = [
        ...[documentId, sha256Hash].filter(isGiven).map(named),
        ...[query].filter(isGiven).map(written),
      ];
      if (found.length === 0) return passedOn;
      const [text] = found;
      if (text === undefined || found.some((other) => other !== text)) {
        throw new AppError(
          'GRAPHQL_VALIDATION_FAILED',
          'The document is not one of those that are served here.',
        );
      }
      return { ...passedOn, query: text };
    },
  };
}

const isGiven = (value: unknown) => value !== undefined && value !== null && value !== '';
