import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json, for the sources in src/ and for the build in dist/ alike. */
export const projectRoot = findProjectRoot(dirname(fileURLToPath(import.meta.url)));

function findProjectRoot(folder: string): string {
  if (existsSync(join(folder, 'schema.graphql'))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error('schema.graphql is missing: this is not a complete copy of Stipend.');
  return findProjectRoot(parent);
}
