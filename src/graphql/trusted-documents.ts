import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError } from '../values/app-error.js';
import { ConfigError } from '../values/config-error.js';
import type { Documents } from './documents.js';

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

/**
 * Reads the manifest that graphql-codegen's client preset writes: a JSON object of documents by their hashes.
 *
 * @param more documents that are served besides
 * @throws ConfigError when it can't be read, is no such manifest, or has a document that every request would be refused for
 */
export function readTrustedDocuments(
  path: string,
  documents: Documents,
  more: Array<[id: string, text: string]>,
): TrustedDocuments {
  const byId = new Map<string, string>();
  for (const [id, text] of [...manifestIn(path, documents), ...more]) {
    byId.set(id, text);
    // The preset's own hash is SHA-1 unless it is told otherwise, and a client that hashes for itself takes SHA-256.
    byId.set(createHash('sha256').update(text).digest('hex'), text);
  }
  const texts = new Set(byId.values());
  const named = (id: unknown) => (typeof id === 'string' ? byId.get(id.replace(/^sha256:/, '')) : undefined);
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
          'The document is none of those that are served here.',
        );
      }
      return { ...passedOn, query: text };
    },
  };
}

const isGiven = (value: unknown) => value !== undefined && value !== null && value !== '';

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function manifestIn(path: string, documents: Documents): Array<[string, string]> {
  const entries = Object.entries(recordOf(readJson(path)));
  if (entries.length === 0) throw new ConfigError('TRUSTED_DOCUMENTS names a file without any document.');
  return entries.map(([id, text]) => {
    const fault = typeof text === 'string' ? faultOf(text, documents) : 'It is not a text.';
    if (typeof text === 'string' && fault === undefined) return [id, text];
    const shownId = JSON.stringify(id.slice(0, 100));
    throw new ConfigError(
      `TRUSTED_DOCUMENTS names a file in which ${shownId} can not be served. ${fault?.replaceAll('\n', ' ')}`,
    );
  });
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ConfigError('TRUSTED_DOCUMENTS does not name a file of JSON, which can be read.', { cause });
  }
}

/** @returns why no request for the document can be served */
function faultOf(source: string, documents: Documents): string | undefined {
  try {
    documents.check({ source, variables: {}, requestLength: 0, isCached: true });
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.publicMessage;
    throw error;
  }
}
