import { expect, test } from 'vitest';
import { post } from '../client.js';
import { useStipend } from '../harness.js';

const named = ['https://frontend.example.com', 'http://localhost:3000'];
const t = await useStipend({ CORS_ORIGINS: named.join(', ') });
const closed = await t.startAnother({ CORS_ORIGINS: '' });

const query = JSON.stringify({ query: '{ __typename }' });

const others = [
  'https://elsewhere.example.com',
  'http://frontend.example.com',
  'https://frontend.example.com:8443',
  'https://frontend.example.com.evil.example',
  'https://evil-frontend.example.com',
  'null',
];

const allowedIn = ({ headers }: { headers: Headers }) =>
  [...headers].filter(([name]) => name.startsWith('access-control-allow-'));

const preflight = (url: string, origin: string) =>
  fetch(`${url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });

test.each(named)('a page of %s may ask, and read what is answered', async (origin) => {
  const asked = await preflight(t.url, origin);
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
  expect(asked.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
  const answer = await post(t.url, query, { origin });
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  expect(answer.headers.get('access-control-expose-headers')).toBe('x-request-id, retry-after, date');
  const refused = await post(t.url, '{', { origin });
  expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
});

test.each(others)('a page of %s may read nothing, and no preflight lets it ask', async (origin) => {
  expect(allowedIn(await post(t.url, query, { origin }))).toEqual([]);
  expect((await preflight(t.url, origin)).headers.get('access-control-allow-origin')).toBeNull();
});

test.each([...named, ...others])('without CORS_ORIGINS, a page of %s may read nothing', async (origin) => {
  expect(allowedIn(await post(closed.url, query, { origin }))).toEqual([]);
  expect((await preflight(closed.url, origin)).headers.get('access-control-allow-origin')).toBeNull();
});

test.each([t.url, closed.url])(
  'a preflight that is refused is logged with what would allow it',
  async (url) => {
    const origin = 'https://forgotten.example.com';
    const from = t.logLines.length;
    expect((await preflight(url, origin)).status).toBe(403);
    const lines = t.logLines.slice(from).map((line) => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({ origin, msg: expect.stringContaining('CORS_ORIGINS') }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ method: 'OPTIONS', status: 403, outcome: 'FORBIDDEN' }),
    );
  },
);

test('no browser is told to send what it keeps for this server, nor to use other methods than GET and POST', async () => {
  const { headers } = await preflight(t.url, named[0] ?? '');
  expect(headers.get('access-control-allow-credentials')).toBeNull();
  expect(headers.get('access-control-allow-methods')).toBe('GET, POST');
});

test('what is answered to one origin is not taken for the answer to another', async () => {
  for (const origin of [...named, ...others]) {
    expect((await post(t.url, query, { origin })).headers.get('vary')).toMatch(/\bOrigin\b/i);
  }
});
