import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../values/app-error.js';
import { ConfigError } from '../values/config-error.js';
import type { Documents } from './documents.js';

const apolloFormat = 'apollo-persisted-query-manifest';

/**
 * Reads the documents of a manifest, or of all in a folder. A manifest is a JSON object of documents by their ids, as
 * graphql-codegen's client preset writes it, or Apollo's persisted-query manifest.
 *
 * @returns the documents with their ids
 * @throws ConfigError when one can't be read, is no manifest, or has a document that every request would be refused for
 */
export function readManifests(path: string, documents: Documents): Array<[id: string, text: string]> {
  const entries = manifestFiles(path).flatMap(entriesIn);
  if (entries.length === 0) throw new ConfigError('TRUSTED_DOCUMENTS names a file without any document.');
  const texts = new Map<string, unknown>();
  return entries.map(([id, text]) => {
    if (texts.has(id) && texts.get(id) !== text) {
      const shownId = JSON.stringify(id.slice(0, 100));
      throw new ConfigError(`TRUSTED_DOCUMENTS has two different documents with the id ${shownId}.`);
    }
    texts.set(id, text);
    const fault = typeof text === 'string' ? faultOf(text, documents) : 'It is not a text.';
    if (typeof text === 'string' && fault === undefined) return [id, text];
    const shownId = JSON.stringify(id.slice(0, 100));
    throw new ConfigError(
      `TRUSTED_DOCUMENTS names a file in which ${shownId} can not be served. ${fault?.replaceAll('\n', ' ')}`,
    );
  });
}

/** @returns what changes when a manifest is added, removed or written */
export function manifestsVersion(path: string): string {
  return manifestFiles(path)
    .map((file) => {
      const { mtimeMs, size, ino } = statSync(file);
      return `${file} ${mtimeMs} ${size} ${ino}`;
    })
    .join('\n');
}

function manifestFiles(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name.endsWith('.json'));
    return names.sort().map((name) => join(path, name));
  } catch (cause) {
    throw unreadable(cause);
  }
}

function entriesIn(file: string): Array<[string, unknown]> {
  const manifest = recordOf(readJson(file));
  if (manifest.format !== apolloFormat) return Object.entries(manifest);
  const operations: unknown[] = Array.isArray(manifest.operations) ? manifest.operations : [];
  return operations.map((operation) => {
    const { id, body } = recordOf(operation);
    return [String(id), body];
  });
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause: unknown): ConfigError {
  return new ConfigError('TRUSTED_DOCUMENTS does not name a file of JSON, which can be read.', { cause });
}

export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
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
