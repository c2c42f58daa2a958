import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { logIn, send } from '../client.js';
import { expectData } from '../expect.js';
import { cleanUp, newDatabase, newFolder, planted, start, stop } from './support.js';

cleanUp();

// Fastify's router can't do without it, so that Node's --disallow-code-generation-from-strings is not possible. zod can.
test('no code is made of strings but by find-my-way and zod', async () => {
  const { ADMIN_PASSWORD } = planted;
  const { env } = await newDatabase();
  const CODE_FILE = join(await newFolder(), 'code.json');
  const NODE_OPTIONS = `--require=${resolve('test/start/code-generation.cjs')}`;
  const stipend = await start({ ...env, ADMIN_PASSWORD, NODE_OPTIONS, CODE_FILE });
  const token = await logIn(stipend.url, 'admin', ADMIN_PASSWORD);
  const query = 'query ($first: Int!) { users(first: $first) { totalCount nodes { username role } } }';
  // Apollo runs the document the first time, and after that the server knows it.
  for (const time of [1, 2, 3]) {
    const { users } = expectData(
      await send(stipend.url, { query, variables: { first: 5 }, token }),
      `time ${time}`,
    );
    expect(users).toEqual({ totalCount: 1, nodes: [{ username: 'admin', role: 'ADMIN' }] });
  }
  await stop(stipend);
  expect(JSON.parse(await readFile(CODE_FILE, 'utf8'))).toEqual(['find-my-way', 'zod']);
});
