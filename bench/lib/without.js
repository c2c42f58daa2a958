import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atEnd } from './cleanup.js';
import { stipendIn } from './contestants.js';
import { productRoot } from './product.js';

/** Files of dist/ that are replaced by those of the same name in bench/without/. */
const replaced = {
  'known documents': 'graphql/known-operations.js',
  'raw JSON': 'graphql/direct-operation.js',
  'shared reads': 'database/rows-together.js',
  'shared payments': 'payments/payment-writer.js',
  'verified tokens': 'accounts/tokens/verified-tokens.js',
  'sessions in memory': 'accounts/sessions/session-cache.js',
};

/** Stipend as it is built, each time without one of the pieces that docs/performance.md lists. */
export function makeContestantsWithout() {
  const folder = mkdtempSync(join(tmpdir(), 'stipend-without-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const without = Object.entries(replaced).map(([piece, file]) => {
    const root = join(folder, piece.replaceAll(' ', '-'));
    copyProduct(root);
    const name = file.split('/').at(-1);
    cpSync(fileURLToPath(new URL(`../without/${name}`, import.meta.url)), join(root, 'dist', file));
    return stipendIn(piece, root);
  });
  const whole = stipendIn('stipend', productRoot);
  const nodeArgs = whole.nodeArgs.filter((option) => !option.includes('semi-space'));
  return [whole, ...without, { ...whole, name: 'room for new objects', nodeArgs }];
}

/** Its own dist/, and all else by links. */
function copyProduct(root) {
  cpSync(join(productRoot, 'dist'), join(root, 'dist'), { recursive: true });
  for (const entry of readdirSync(productRoot)) {
    if (entry !== 'dist') symlinkSync(join(productRoot, entry), join(root, entry));
  }
}
