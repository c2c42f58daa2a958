import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { type Answer, post, send } from '../client.js';

/** Everything that must never be printed, by what it is. */
export type Planted = Map<string, string>;

const unlikely = (what: string) => `planted-${what}-${randomBytes(6).toString('hex')}`;

/** Fails naming what was printed, and not the text that it was found in, which would print it once more. */
export function expectNoneIn(printed: string, planted: Planted): void {
  const found = [...planted].filter(([, secret]) => printed.includes(secret)).map(([what]) => what);
  expect(found).toEqual([]);
}

/** What a test does with a Stipend that runs as a process, everything secret in it noted. */
export class Visitor {
  constructor(
    readonly url: string,
    readonly planted: Planted,
  ) {}

  /** A text that looks like nothing else, noted as a secret. */
  plant(what: string): string {
    const secret = unlikely(what);
    this.planted.set(what, secret);
    return secret;
  }

  note(what: string, secret: string): string {
    this.planted.set(what, secret);
    return secret;
  }

  /** Logs in, and notes the tokens that come, each in whole and its signature alone. */
  async logIn(username: string, password: string): Promise<{ token: string; refreshToken: string }> {
    const query = `mutation Login($username: String!, $password: String!) {
      login(username: $username, password: $password) { token refreshToken } }`;
    const { data } = await send(this.url, { query, variables: { username, password } });
    return this.#noted(`tokens of ${username}`, data.login);
  }

  async refresh(refreshToken: string): Promise<{ token: string; refreshToken: string }> {
    const query = `mutation Refresh($refreshToken: String!) {
      refreshSession(refreshToken: $refreshToken) { token refreshToken } }`;
    const { data } = await send(this.url, { query, variables: { refreshToken } });
    return this.#noted('refreshed tokens', data.refreshSession);
  }

  #noted(what: string, tokens: { token: string; refreshToken: string }) {
    this.note(`${what}: access`, tokens.token);
    this.note(`${what}: signature`, tokens.token.split('.').at(-1) ?? '');
    this.note(`${what}: refresh`, tokens.refreshToken);
    return tokens;
  }

  /** Expects an error, whatever it is. */
  async fails(answer: Promise<Answer>): Promise<void> {
    const { errors, text } = await answer;
    expect(errors).toBeDefined();
    expectNoneIn(text, this.planted);
  }
}

/** Tries to log in in every way that fails. */
export async function logInBadly(visitor: Visitor): Promise<void> {
  const { url } = visitor;
  const query = 'mutation ($u: String!, $p: String!) { login(username: $u, password: $p) { token } }';
  const password = () => visitor.plant(`wrong password ${visitor.planted.size}`);
  await visitor.fails(send(url, { query, variables: { u: 'admin', p: password() } }));
  await visitor.fails(send(url, { query, variables: { u: visitor.plant('username'), p: password() } }));
  await visitor.fails(send(url, { query, variables: { u: 'admin', p: `${password()}\u0000` } }));
  await visitor.fails(send(url, { query, variables: { u: 'admin', p: [password()], x: 1 } }));
  await visitor.fails(send(url, { query, variables: { u: 'admin', p: { a: password() } } }));
  await visitor.fails(
    send(url, { query: `mutation { login(username: "admin", password: ["${password()}", 1]) { token } }` }),
  );
  await visitor.fails(
    send(url, { query: `mutation { login(username: "admin", password: "${password()}") { token } }` }),
  );
  await visitor.fails(
    send(url, {
      query: 'mutation ($r: String!) { refreshSession(refreshToken: $r) { token } }',
      variables: { r: visitor.plant('refresh token that does not exist') },
    }),
  );
}

/** Sends what is no request, with secrets in every part of it. */
export async function sendMalformed(visitor: Visitor, token: string): Promise<void> {
  const { url } = visitor;
  const plant = (what: string) => visitor.plant(what);
  await visitor.fails(post(url, `{"query": "${plant('broken JSON')}`));
  await visitor.fails(post(url, JSON.stringify({ query: `{ "${plant('broken document')}` })));
  await visitor.fails(
    send(url, {
      query: `{ employees(filter: { status: "${plant('wrong literal')}" }) { totalCount } }`,
      token,
    }),
  );
  await visitor.fails(
    send(url, {
      query: 'query ($f: EmployeeFilter) { employees(filter: $f) { totalCount } }',
      variables: { f: { status: plant('wrong variable') } },
      token,
    }),
  );
  await visitor.fails(
    post(url, '{"query":"{ me { id } }"}', { authorization: `Bearer ${plant('bad token')}` }),
  );
  await visitor.fails(post(url, '{"query":"{ me { id } }"}', { authorization: `Basic ${plant('basic')}` }));
  await visitor.fails(post(url, 'x', { 'content-type': `text/${plant('content-type')}` }));
  await visitor.fails(post(url, 'x'.repeat(300_000) + plant('large body')));
  await fetch(`${url}/${plant('path')}?access_token=${plant('token in a path')}`);
  const inQuery = `{"value":"${plant('variable in a URL')}"}`;
  await fetch(`${url}/graphql?query=%7Bme%7Bid%7D%7D&token=${plant('token in a URL')}&variables=${inQuery}`, {
    headers: { 'x-request-id': `<${plant('request id')}>`, cookie: `session=${plant('cookie')}` },
  });
}
