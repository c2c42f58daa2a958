import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';
import { Browser } from './support.js';

const file = join(mkdtempSync(join(tmpdir(), 'stipend-documents-')), 'documents.json');
writeFileSync(
  file,
  JSON.stringify({
    login:
      'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { token } }',
  }),
);
const t = await useStipend({ TRUSTED_DOCUMENTS: file });
const documents: Record<string, string> = JSON.parse(readFileSync('dist/console-documents.json', 'utf8'));

test('with TRUSTED_DOCUMENTS, all documents of the console are served, and no others', async () => {
  const browser = new Browser(t.url);
  await browser.logIn();
  expect(Object.keys(documents).length).toBeGreaterThan(5);
  for (const text of Object.values(documents)) {
    const { text: answer } = await browser.gql(text);
    expect(answer, text).not.toContain('none of those that are served');
  }
  expectCode(await browser.gql('{ me { username admin } }'), 'GRAPHQL_VALIDATION_FAILED');
});
