import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from '../../scripts/build.js';

/** Stipend's own folder. */
export const productRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What is measured is what `npm start` would run. */
export async function buildProduct() {
  await buildIfNeeded((message) => console.log(message));
}

/** A module of Stipend's, as it was built: `database/migrate.js`. */
export function importProduct(path) {
  return import(new URL(`../../dist/${path}`, import.meta.url).href);
}
