import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loginDocument } from '../../src/graphql/trusted-documents.js';
import { banner } from '../../src/start/banner.js';
import { parseConfig } from '../../src/start/config.js';
import { type Answer, post, readAnswer } from '../client.js';
import { expectCode } from '../expect.js';
import { adminPassword, useStipend } from '../harness.js';

const folder = await mkdtemp(join(tmpdir(), 'stipend-trusted-'));
afterAll(() => rm(folder, { recursive: true }));

const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

const login =
  'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { token } }';
const me = 'query Me { me { username } }';
const employees = 'query ($first: Int) { employees(first: $first) { totalCount } }';

/** As graphql-codegen's client preset writes it: with SHA-256 where it is told so, else with SHA-1. */
const manifest = {
  [hash('sha256', login)]: login,
  [hash('sha256', me)]: me,
  [hash('sha1', employees)]: employees,
};

async function file(content: string): Promise<string> {
  const path = join(folder, `${hash('sha256', content)}.json`);
  await writeFile(path, content);
  return path;
}

const t = await useStipend({ TRUSTED_DOCUMENTS: await file(JSON.stringify(manifest)) });

const headers = { authorization: `Bearer ${t.admin.token}` };
const ask = (body: object) => post(t.url, JSON.stringify(body), headers);
const persisted = (sha256Hash: unknown) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

function expectRefused(answer: Answer): void {
  expectCode(answer, 'GRAPHQL_VALIDATION_FAILED');
  expect(answer.data).toBeUndefined();
  expect(answer.text.length).toBeLessThan(300);
}

test.each([
  ['its id', { documentId: hash('sha256', me) }],
  ['its id with the name of the hash', { documentId: `sha256:${hash('sha256', me)}` }],
  ['the hash of a persisted query', persisted(hash('sha256', me))],
  ['its whole text', { query: me }],
  ['its text and its hash', { query: me, ...persisted(hash('sha256', me)) }],
  ['its id, beside extensions of another kind', { documentId: hash('sha256', me), extensions: { x: 1 } }],
])('a document of the manifest is served by %s', async (_name, body) => {
  expect((await ask(body)).data).toEqual({ me: { username: 'admin' } });
});

test('a document is served by the id that the manifest gives it, whatever the hash, and with its variables', async () => {
  for (const documentId of [hash('sha1', employees), hash('sha256', employees)]) {
    expect((await ask({ documentId, variables: { first: 1 } })).data.employees.totalCount).toBe(1);
    expectCode(await ask({ documentId, variables: { first: -1 } }), 'BAD_USER_INPUT');
  }
});

test('a login is served too, to whoever has no token', async () => {
  const body = {
    documentId: hash('sha256', login),
    variables: { username: 'admin', password: adminPassword },
  };
  expect((await post(t.url, JSON.stringify(body))).data.login.token).toBeDefined();
});

test('a GET is served by id, by hash and by text', async () => {
  const get = async (parameters: Record<string, string>) =>
    readAnswer(
      await fetch(`${t.url}/graphql?${new URLSearchParams(parameters)}`, {
        headers: { ...headers, 'apollo-require-preflight': 'true' },
      }),
    );
  const { extensions } = persisted(hash('sha256', me));
  for (const parameters of [
    { documentId: hash('sha256', me) },
    { extensions: JSON.stringify(extensions) },
    { query: me, operationName: 'Me' },
  ]) {
    expect((await get(parameters)).data).toEqual({ me: { username: 'admin' } });
  }
  expectRefused(await get({ query: '{ me { id } }' }));
  expectRefused(await get({ documentId: '0'.repeat(64) }));
});

test.each([
  ['another document', { query: '{ me { id } }' }],
  ['a document of the manifest with one more space', { query: `${me} ` }],
  ['a document of the manifest with more behind it', { query: `${me} query Other { me { id } }` }],
  ['what is no document', { query: '{ not a document' }],
  ['10,000 aliases', { query: `{ ${'a: __typename '.repeat(10_000)} }` }],
  ['introspection', { query: '{ __schema { types { name } } }' }],
  ['an unknown id', { documentId: hash('sha256', 'unknown') }],
  ['an id that is no text', { documentId: [hash('sha256', me)] }],
  ["a name of an object's own", { documentId: '__proto__' }],
  ['an unknown hash', persisted('0'.repeat(64))],
  ['a hash that is no text', persisted({ toString: 'x' })],
  [
    'an unknown hash with its document, to be remembered',
    { query: '{ me { id } }', ...persisted(hash('sha256', '{ me { id } }')) },
  ],
  ['a known id with another document', { documentId: hash('sha256', me), query: '{ me { id } }' }],
  ['another document with a known hash', { query: '{ me { id } }', ...persisted(hash('sha256', me)) }],
  ['two ids of two documents', { documentId: hash('sha256', me), ...persisted(hash('sha256', employees)) }],
])('%s is refused, with no word on why', async (_name, body) => {
  const answer = await ask(body);
  expectRefused(answer);
  expect(answer.errors?.[0]?.message).toBe('The document is not one of those that are served here.');
});

test('a request without any document, and an array of them, run nothing', async () => {
  for (const body of [{}, { variables: {} }, [{ query: me }], [{ documentId: hash('sha256', me) }]]) {
    const answer = await ask(body);
    expect(answer.errors).toHaveLength(1);
    expect(answer.data).toBeUndefined();
  }
});

test.each([
  ['a file that is not there', async () => join(folder, 'none.json'), /does not name a file/],
  ['an empty folder', () => mkdtemp(join(folder, 'empty-')), /without any document/],
  ['what is no JSON', () => file('{"a":'), /does not name a file/],
  ['a text', () => file('"{ me { id } }"'), /without any document/],
  ['no document at all', () => file('{}'), /without any document/],
  ['null', () => file('null'), /without any document/],
  ['a document that does not parse', () => file('{"abc":"{ me "}'), /"abc" can not be served. Syntax Error/],
  ['a value that is no text', () => file('{"abc":1}'), /"abc" can not be served. It is not a text/],
  [
    'a document that is too long',
    () => file(JSON.stringify({ abc: `{ me { id } } # ${'x'.repeat(16_000)}` })),
    /"abc" can not be served. The document has more than 16000 characters/,
  ],
  [
    'a document of too many fields',
    () => file(JSON.stringify({ abc: `{ me { ${'id '.repeat(501)} } }` })),
    /"abc" can not be served. The document has more than 500 fields/,
  ],
])('a manifest that is %s keeps the server from starting, with one clear line', async (_name, path, line) => {
  const broken = await path();
  const started = t.startAnother({ TRUSTED_DOCUMENTS: broken });
  await expect(started).rejects.toThrow(line);
  await expect(started).rejects.toThrow(/^TRUSTED_DOCUMENTS [^\n]*[.)]$/);
});

test('a key of the manifest with the name of a hash is looked up with and without it, whatever it is the hash of', async () => {
  const key = hash('sha256', 'the document before it was printed');
  const { url } = await t.startAnother({
    TRUSTED_DOCUMENTS: await file(JSON.stringify({ [`sha256:${key}`]: me })),
  });
  for (const body of [{ documentId: `sha256:${key}` }, { documentId: key }, persisted(key)]) {
    expect((await post(url, JSON.stringify(body), headers)).data).toEqual({ me: { username: 'admin' } });
  }
});

const apolloManifest = (id: string, body: string) =>
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id, name: 'Any', type: 'query', body }],
  });

test("Apollo's persisted-query manifest is taken", async () => {
  const { url } = await t.startAnother({ TRUSTED_DOCUMENTS: await file(apolloManifest('apollo-1', me)) });
  expect((await post(url, JSON.stringify(persisted('apollo-1')), headers)).data).toEqual({
    me: { username: 'admin' },
  });
  expectRefused(await post(url, JSON.stringify({ query: employees }), headers));
});

test('a folder of several manifests is taken, with what changes in it, and no restart; the last sound ones stay', async () => {
  const several = await mkdtemp(join(folder, 'several-'));
  await writeFile(join(several, 'shop.json'), JSON.stringify({ 'shop-1': me }));
  await writeFile(join(several, 'office.json'), apolloManifest('office-1', employees));
  const { url } = await t.startAnother({ TRUSTED_DOCUMENTS: several });
  const isServed = async (documentId: string) =>
    (await post(url, JSON.stringify({ documentId }), headers)).errors === undefined;
  expect([await isServed('shop-1'), await isServed('office-1'), await isServed('app-1')]).toEqual([
    true,
    true,
    false,
  ]);
  await writeFile(join(several, 'app.json'), JSON.stringify({ 'app-1': '{ me { role } }' }));
  await expect.poll(() => isServed('app-1'), { timeout: 10_000 }).toBe(true);
  await writeFile(join(several, 'app.json'), '{');
  await expect.poll(() => t.logLines.join(''), { timeout: 10_000 }).toContain('could not be read again');
  expect([await isServed('shop-1'), await isServed('app-1')]).toEqual([true, true]);
  await rm(join(several, 'app.json'));
  await expect.poll(() => isServed('app-1'), { timeout: 10_000 }).toBe(false);
});

test('what the banner prints logs in, whatever the manifest has', async () => {
  const request = {
    query: loginDocument,
    variables: { username: 'admin', password: adminPassword },
  };
  expect((await post(t.url, JSON.stringify(request))).data.login.token).toBeDefined();
  const config = parseConfig({});
  expect(banner(t.url, [], config)).toContain(loginDocument);
});
