import { beforeAll, expect, test } from 'vitest';
import { send } from '../client.js';
import { adminPassword, useStipend } from '../harness.js';
import { isAccepted, newPerson } from '../sessions/support.js';
import { type RawAnswer, sendRaw } from './raw.js';

const t = await useStipend();
const { token } = t.admin;
const me = JSON.stringify({ query: '{ me { id } }' });
const documents = [
  me,
  JSON.stringify({ query: '{ __typename }' }),
  JSON.stringify({ query: '{ __schema { queryType { name } } }' }),
  // More than a login, or none after all.
  JSON.stringify({
    query: `mutation { login(username: "admin", password: "${adminPassword}") { token } logout { revokedSessions } }`,
  }),
  JSON.stringify({
    query: 'mutation { refreshSession(refreshToken: "x") { token } ...F } fragment F on Mutation { x }',
  }),
  JSON.stringify({ query: 'mutation { __typename }' }),
  JSON.stringify({ query: '{ login: __typename }' }),
  JSON.stringify({
    query: 'mutation A { login: logout { x } } mutation B { refreshSession { x } }',
    operationName: 'A',
  }),
  JSON.stringify({ query: 'mutation A { login { x } } mutation B { refreshSession { x } }' }),
  JSON.stringify({ query: 'mutation { ...F } fragment F on Mutation { ...F }' }),
  JSON.stringify({ query: 'no GraphQL {' }),
  'no JSON',
  '',
];

/** What every header that does not hold gets, to the byte. */
let refusal: RawAnswer;
beforeAll(async () => {
  refusal = await sendRaw(t.url, ['authorization: Bearer no-token'], me);
});

test('a refusal is 401 with the challenge, and one error that says nothing about why', () => {
  expect(refusal.status).toBe(401);
  expect(refusal.headers.filter((line) => line.startsWith('www-authenticate'))).toEqual([
    'www-authenticate: Bearer error="invalid_token"',
  ]);
  const { errors, ...rest } = JSON.parse(refusal.body);
  expect(rest).toEqual({});
  expect(errors).toEqual([
    { message: 'The access token is not valid. Log in again.', extensions: { code: 'UNAUTHENTICATED' } },
  ]);
});

const other = `Bearer ${t.viewer.token}`;
const malformed: Array<[string, string[]]> = [
  ['two headers with one good token', [`Bearer ${token}`, `Bearer ${token}`]],
  ['two headers with two good tokens', [`Bearer ${token}`, other]],
  ['a good header and an empty one', [`Bearer ${token}`, '']],
  ['an empty header and a good one', ['', `Bearer ${token}`]],
  ['a good header and a Basic one', [`Bearer ${token}`, 'Basic YWRtaW46YWRtaW4=']],
  ['three headers', [`Bearer ${token}`, other, 'x']],
  ['the scheme Basic', ['Basic YWRtaW46YWRtaW4=']],
  ['the scheme Digest', [`Digest username="${token}"`]],
  ['the scheme Token', [`Token ${token}`]],
  ['a scheme that begins with Bearer', [`BearerX ${token}`]],
  ['the scheme alone', ['Bearer']],
  ['the scheme and spaces', ['Bearer   ']],
  ['the token alone', [token]],
  ['no space', [`Bearer${token}`]],
  ['a colon for the space', [`Bearer:${token}`]],
  ['an equals sign for the space', [`Bearer=${token}`]],
  ['a tab for the space', [`Bearer\t${token}`]],
  ['two words', ['Bearer a b']],
  ['a good token and a word', [`Bearer ${token} x`]],
  ['a word and a good token', [`Bearer x ${token}`]],
  ['a good token and a comma', [`Bearer ${token},`]],
  ['two good tokens in one header', [`Bearer ${token}, ${other}`]],
  ['a good token and a parameter', [`Bearer ${token}; charset=utf-8`]],
  ['a good token in quotes', [`Bearer "${token}"`]],
  ['a good token in angle brackets', [`Bearer <${token}>`]],
  ['a good token as a parameter', [`Bearer token=${token}`]],
  ['the scheme twice', [`Bearer Bearer ${token}`]],
  ['a good token and an equals sign', [`Bearer ${token}=`]],
  ['a good token and a percent-encoded space', [`Bearer ${token}%20`]],
  ['a good token and a no-break space', [`Bearer ${token}\u00a0`]],
  ['a no-break space for the space', [`Bearer\u00a0${token}`]],
  ['a byte order mark in UTF-8', [`\u00ef\u00bb\u00bfBearer ${token}`]],
  ['letters beyond ASCII', ['Bearer töken.ünd.mörè']],
  ['a long s for the s', [`Bearer ${token}\u00c5\u00bf`]],
  ['null', ['Bearer null']],
  ['an empty object', ['Bearer {}']],
  ['5,000 characters', [`Bearer ${'x'.repeat(5_000)}`]],
  ['5,000 dots', [`Bearer ${'.'.repeat(5_000)}`]],
  ['10,000 spaces before a good token and one behind', [`Bearer${' '.repeat(10_000)}${token} x`]],
];

test.each(malformed)('an Authorization of %s is refused, with the same bytes', async (_what, values) => {
  const lines = values.map((value) => `Authorization: ${value}`);
  const before = t.statements.length;
  expect(await sendRaw(t.url, lines, me)).toEqual(refusal);
  // It takes no database to see that it is malformed.
  expect(t.statements.slice(before).filter((text) => /sessions|users/.test(text))).toEqual([]);
});

test('a header that does not hold is refused whatever is asked, and by GET, but where nothing but a login is', async () => {
  const reasons = [['Bearer no-token'], ['Basic YWRtaW46YWRtaW4='], [other, other]];
  for (const body of documents) {
    for (const values of reasons) {
      const lines = values.map((value) => `authorization: ${value}`);
      expect(await sendRaw(t.url, lines, body), body).toEqual(refusal);
    }
  }
  const query = new URLSearchParams({ query: '{ __typename }' });
  const answer = await fetch(`${t.url}/graphql?${query}`, {
    headers: { authorization: 'Bearer no-token', 'apollo-require-preflight': 'yes' },
  });
  expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 401, body: refusal.body });
});

test('a token that has expired, one whose session is gone and one that is forged are refused with the same bytes', async () => {
  const [gone, disabled, expired] = [await newPerson(t), await newPerson(t), await newPerson(t)];
  await send(t.url, { query: 'mutation { logout { revokedSessions } }', token: gone.token });
  await t.database.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [disabled.id]);
  const refuse = async (forged: string) =>
    expect(await sendRaw(t.url, [`authorization: Bearer ${forged}`], me)).toEqual(refusal);
  await refuse(gone.token);
  await expect.poll(() => isAccepted(t.url, disabled.token)).toBe(false);
  await refuse(disabled.token);
  await refuse(expired.token.replace(/.....$/, 'AAAAA'));
  t.clock.advance(8 * 3_600_000 - 1);
  expect(await isAccepted(t.url, expired.token)).toBe(true);
  t.clock.advance(1);
  await refuse(expired.token);
  t.clock.advance(-8 * 3_600_000);
});

test.each([
  ['NUL', `Bearer ${token}\0`],
  ['a line feed', `Bearer ${token}\nx`],
  ['a delete character', `Bearer ${token}\x7f`],
  ['20,000 characters', `Bearer ${'x'.repeat(20_000)}`],
])('an Authorization with %s is no HTTP, and no fault of the server', async (_what, value) => {
  const { status } = await sendRaw(t.url, [`authorization: ${value}`], me);
  expect([400, 401, 431]).toContain(status);
});

test('none of it is logged as a fault, nor with its token', () => {
  const logged = t.logLines.join('\n');
  expect(logged).not.toMatch(/"level":(50|60)/);
  expect(logged).not.toContain(token);
});
