import { expect, test } from 'vitest';
import { post, readAnswer } from '../client.js';
import { useStipend } from '../harness.js';

const t = await useStipend({ SANDBOX: 'off' });
const sandbox = await t.startAnother({ SANDBOX: 'on' });

const graphql = (init: RequestInit, search = '', url = t.url) => fetch(`${url}/graphql${search}`, init);
const query = '?query=%7B__typename%7D';

test.each(['HEAD', 'DELETE', 'PUT', 'PATCH'])(
  '%s is answered with the methods that there are',
  async (method) => {
    const response = await graphql({ method }, query);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
    const text = await response.text();
    if (method !== 'HEAD') expect(text).toContain(`The API takes POST and GET, not ${method}.`);
  },
);

test('a GET without a query is told what is missing, and nothing of other sites', async () => {
  const answer = await graphql({}).then(readAnswer);
  expect(answer.status).toBe(400);
  expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect(answer.errors?.[0]?.message).toMatch(/^The request has no query\. Send a POST .+\.$/);
});

test('a GET that a page of another site can send is refused with a whole sentence that names the headers', async () => {
  const answer = await graphql({}, query).then(readAnswer);
  expect(answer.status).toBe(400);
  const [error] = answer.errors ?? [];
  expect(error?.message).toMatch(
    /CSRF.+: Authorization, X-Apollo-Operation-Name or Apollo-Require-Preflight\.$/,
  );
  for (const headers of [
    { authorization: `Bearer ${t.admin.token}` },
    { 'apollo-require-preflight': 'true' },
    { 'x-apollo-operation-name': 'Any' },
  ]) {
    expect((await graphql({ headers }, query).then(readAnswer)).data).toEqual({ __typename: 'Query' });
  }
});

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

test('a person who opens the URL in a browser gets a sentence, or Apollo Sandbox', async () => {
  const page = await graphql({ headers: { accept: browser } });
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await page.text()).toContain('This is the GraphQL API of Stipend');
  expect(await (await graphql({ headers: { accept: browser } }, '', sandbox.url)).text()).toContain('Apollo');
});

test('a POST without a body is told which type is missing', async () => {
  const response = await graphql({ method: 'POST' });
  expect(response.status).toBe(415);
  expect((await readAnswer(response)).errors?.[0]?.message).toContain('application/json');
});

test.each(['/healthz', '/readyz', '/.well-known/jwks.json'])(
  'HEAD of %s is answered as GET, without a body',
  async (path) => {
    const [head, get] = [await fetch(t.url + path, { method: 'HEAD' }), await fetch(t.url + path)];
    expect(head.status).toBe(200);
    for (const name of ['content-type', 'content-length', 'cache-control']) {
      expect(head.headers.get(name), name).toBe(get.headers.get(name));
    }
    expect(await head.text()).toBe('');
  },
);

test('an empty operation name counts as absent', async () => {
  const authorization = `Bearer ${t.admin.token}`;
  for (let count = 0; count < 3; count++) {
    const posted = await post(t.url, JSON.stringify({ query: '{ me { role } }', operationName: '' }), {
      authorization,
    });
    expect(posted.data).toEqual({ me: { role: 'ADMIN' } });
  }
  const got = await graphql({ headers: { authorization } }, `${query}&operationName=`).then(readAnswer);
  expect(got.data).toEqual({ __typename: 'Query' });
});
