import { expect, test } from 'vitest';
import { cleanUp, newDatabase, planted, ready, spawnStipend, until } from './support.js';

cleanUp();

/** What a person does not see: colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const colours = /\u001b\[[0-9;]*m/g;

test('in a terminal, the log is lines to read', async () => {
  const { env } = await newDatabase();
  const inTerminal = ['script', '-qec', `${process.execPath} scripts/start.js`, '/dev/null'];
  const stipend = spawnStipend({ ...env, ADMIN_PASSWORD: planted.ADMIN_PASSWORD }, inTerminal);
  await fetch(`${await ready(stipend)}/nothing`);
  const lines = () => stipend.stdout().replace(colours, '').split(/\r?\n/);
  await until(async () => lines().some((line) => line.includes('NOT_FOUND')), 10_000);
  expect(lines().filter((line) => line.startsWith('{'))).toEqual([]);
  expect(lines().filter((line) => /^\[\d\d:\d\d:\d\d\] INFO: request/.test(line))).not.toEqual([]);
  stipend.child.kill('SIGTERM');
  await stipend.exited;
});
