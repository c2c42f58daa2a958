import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as postgraphile from '../peers/postgraphile/documents.js';
import { documents } from './documents.js';
import { productRoot } from './product.js';

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} entry what node runs
 * @property {string[]} [nodeArgs] how it runs it
 * @property {typeof documents} documents
 * @property {(data: object) => object} adapt gives its answers the shape of Stipend's
 * @property {string} [setup] SQL that makes the database ready for it
 * @property {string} [role] who it is in the database, other than Stipend's own role
 */

const peer = (path) => fileURLToPath(new URL(`../peers/${path}`, import.meta.url));
const asStipend = { documents, adapt: (data) => data };

/** The options that `npm start` and the image give node. */
function startArgs(root) {
  return readFileSync(join(root, 'node-options'), 'utf8').trim().split(' ');
}

/** @returns {Contestant} a built checkout of Stipend */
export function stipendIn(name, root) {
  return { ...asStipend, name, entry: join(root, 'dist', 'main.js'), nodeArgs: startArgs(root) };
}

/** Another checkout of Stipend, which is built: `--before` names its folder, for a comparison in pairs. */
const before = process.argv.includes('--before')
  ? [stipendIn('before', resolve(process.argv[process.argv.indexOf('--before') + 1]))]
  : [];

/** @type {Contestant[]} in the order in which they are measured */
export const contestants = [
  { ...asStipend, name: 'limit', entry: peer('limit/server.js') },
  stipendIn('stipend', productRoot),
  ...before,
  { ...asStipend, name: 'mercurius', entry: peer('mercurius/server.js') },
  { ...asStipend, name: 'yoga', entry: peer('yoga/server.js') },
  {
    name: 'postgraphile',
    entry: peer('postgraphile/server.js'),
    documents: postgraphile.documents,
    adapt: postgraphile.adapt,
    setup: peer('postgraphile/setup.sql'),
    role: 'company_api',
  },
  { ...asStipend, name: 'usual', entry: peer('usual/server.js') },
];
