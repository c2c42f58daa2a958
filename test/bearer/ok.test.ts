import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { adminPassword, useStipend } from '../harness.js';
import { newPerson } from '../sessions/support.js';
import { sendRaw } from './raw.js';

const t = await useStipend();
const { token } = t.admin;
const me = JSON.stringify({ query: '{ me { id } }' });
const idOf = (body: string) => JSON.parse(body).data?.me.id;

test.each([
  ['in lower case', `authorization: bearer ${token}`],
  ['in upper case', `AUTHORIZATION: BEARER ${token}`],
  ['in mixed case', `Authorization: bEaReR ${token}`],
  ['with more than one space', `Authorization: Bearer   ${token}`],
  ['with white space around it, which is no part of a header', `Authorization: \t Bearer ${token} \t`],
])('the scheme is accepted %s', async (_how, line) => {
  const { status, body } = await sendRaw(t.url, [line], me);
  expect({ status, id: idOf(body) }).toEqual({ status: 200, id: t.admin.id });
});

test('without a header a request is anonymous: it may ask for the type name, and is not challenged', async () => {
  const allowed = await sendRaw(t.url, [], JSON.stringify({ query: '{ __typename }' }));
  expect(allowed).toMatchObject({ status: 200, body: '{"data":{"__typename":"Query"}}\n' });
  const refused = await t.gql('{ me { id } }');
  expectCode(refused, 'UNAUTHENTICATED');
  expect({ status: refused.status, challenge: refused.headers.get('www-authenticate') }).toEqual({
    status: 200,
    challenge: null,
  });
});

const elsewhere: Array<[string, string[], string, string]> = [
  ['the query string as access_token', [], me, `/graphql?access_token=${token}`],
  ['the query string as token', [], me, `/graphql?token=${token}&authorization=Bearer%20${token}`],
  [
    'a cookie',
    [`Cookie: token=${token}; access_token=${token}; Authorization=Bearer ${token}`],
    me,
    '/graphql',
  ],
  ['Proxy-Authorization', [`Proxy-Authorization: Bearer ${token}`], me, '/graphql'],
  ['X-Authorization', [`X-Authorization: Bearer ${token}`], me, '/graphql'],
  ['X-Access-Token', [`X-Access-Token: ${token}`, `X-Auth-Token: ${token}`], me, '/graphql'],
  ['X-Forwarded-Authorization', [`X-Forwarded-Authorization: Bearer ${token}`], me, '/graphql'],
  ['Sec-WebSocket-Protocol', [`Sec-WebSocket-Protocol: bearer, ${token}`], me, '/graphql'],
  [
    'the body',
    [],
    JSON.stringify({
      query: '{ me { id } }',
      access_token: token,
      token,
      authorization: `Bearer ${token}`,
      headers: { authorization: `Bearer ${token}` },
      extensions: { authorization: `Bearer ${token}`, token },
      variables: { token },
    }),
    '/graphql',
  ],
];

test.each(elsewhere)('a token in %s is ignored', async (_where, lines, body, target) => {
  const anonymous = await sendRaw(t.url, lines, body, target);
  expect({ status: anonymous.status, body: JSON.parse(anonymous.body) }).toMatchObject({
    status: 200,
    body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
  });
  const signedIn = await sendRaw(t.url, [...lines, `Authorization: Bearer ${t.viewer.token}`], body, target);
  expect(idOf(signedIn.body)).toBe(t.viewer.id);
});

test('each request is as its own header says, also on one connection', async () => {
  const accounts = [t.admin, undefined, t.viewer, t.employee, undefined, t.admin];
  const answers = await Promise.all(accounts.map((account) => t.gql('{ me { id } }', {}, account)));
  expect(answers.map(({ data }) => data?.me.id)).toEqual(accounts.map((account) => account?.id));
});

test.each(['Authorization:', 'Authorization: \t '])(
  '%j is no header: the request is anonymous',
  async (line) => {
    expect(await sendRaw(t.url, [line], JSON.stringify({ query: '{ __typename }' }))).toMatchObject({
      status: 200,
      body: '{"data":{"__typename":"Query"}}\n',
    });
    const query = `mutation { login(username: "admin", password: "${adminPassword}") { user { username } } }`;
    const { status, body } = await sendRaw(t.url, [line], JSON.stringify({ query }));
    expect({ status, data: JSON.parse(body).data }).toEqual({
      status: 200,
      data: { login: { user: { username: 'admin' } } },
    });
  },
);

const login = `login(username: "admin", password: "${adminPassword}") { user { username } }`;
const signIns = [
  `mutation { ${login} }`,
  `mutation { __typename ${login} }`,
  `mutation { a: ${login} __typename }`,
  `mutation { ...F ... on Mutation { __typename } } fragment F on Mutation { ${login} }`,
];

test.each(['Bearer no-token', 'Bearer', 'Basic YWRtaW46YWRtaW4=', 'expired', 'ended'])(
  'a request that only logs in does not look at the Authorization header: %s',
  async (header) => {
    const stale = await newPerson(t);
    if (header === 'ended') await t.gql('mutation { logout { revokedSessions } }', {}, stale);
    if (header === 'expired') t.clock.advance(8 * 3_600_000);
    const value = header === 'expired' || header === 'ended' ? `Bearer ${stale.token}` : header;
    for (const query of signIns) {
      const { status, body } = await sendRaw(t.url, [`Authorization: ${value}`], JSON.stringify({ query }));
      expect({ status, errors: JSON.parse(body).errors }, query).toEqual({ status: 200, errors: undefined });
    }
    const query = 'mutation { refreshSession(refreshToken: "no token") { token } }';
    const refused = await sendRaw(t.url, [`Authorization: ${value}`], JSON.stringify({ query }));
    expect(refused.status).toBe(200);
    expect(refused.body).toContain('The refresh token is not valid.');
  },
);

test('a document of several operations is judged by the one that is called', async () => {
  const query = `mutation In { ${login} } mutation Out { logout { revokedSessions } }`;
  const called = (operationName: string) =>
    sendRaw(t.url, ['Authorization: Bearer no-token'], JSON.stringify({ query, operationName }));
  expect(await called('In')).toMatchObject({ status: 200 });
  expect(await called('Out')).toMatchObject({ status: 401 });
});
