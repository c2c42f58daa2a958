import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { seed } from '../../src/commands/seed.js';
import { cleanUp, newEmptyDatabase, printedAccounts, runHere, serveHere } from '../start/support.js';

cleanUp();

/** The code blocks of one language in README's section "A first session". */
function blocks(language: string): string[] {
  const [, section = ''] = /## A first session\n(.*?)\n## /s.exec(readFileSync('README.md', 'utf8')) ?? [];
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  );
}

const withoutIds = (text: string) => text.replace(/"id":"[0-9a-f-]{36}"/g, '"id":"…"');

test("the commands of README's first session work when they are pasted, and print what README shows", async () => {
  const database = await newEmptyDatabase();
  const seeded = await runHere(seed, database.env);
  const stipend = await serveHere(database.env);
  const [enter = '', ...commands] = blocks('sh');
  const script = [enter.replace('http://127.0.0.1:4000', stipend.url), ...commands].join('\n');
  const running = promisify(execFile)('sh', ['-eu', '-c', script]);
  running.child.stdin?.end(`${printedAccounts({ stdout: () => seeded }).get('admin')}\n`);
  const { stdout, stderr } = await running;
  expect(stderr).toBe('');
  expect(withoutIds(stdout.replace('Password of admin: ', ''))).toBe(withoutIds(blocks('json').join('')));
});
