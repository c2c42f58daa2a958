import { readAnswer } from '../client.js';
import { adminPassword } from '../harness.js';

export const adminLogin = { username: 'admin', password: adminPassword };

/** A browser with the console open: it keeps cookies, and sends what the console's scripts and the browser itself add. */
export class Browser {
  readonly cookies = new Map<string, string>();
  /** The Set-Cookie headers of the last answer. */
  lastSetCookies: string[] = [];

  constructor(
    private readonly url: string,
    private readonly headers: Record<string, string | undefined> = {},
  ) {}

  async post(path: string, body: object = {}, headers: Record<string, string | undefined> = {}) {
    const given = {
      'content-type': 'application/json',
      'stipend-console': '1',
      'sec-fetch-site': 'same-origin',
      origin: this.url,
      cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') || undefined,
      ...this.headers,
      ...headers,
    };
    const sent = Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] satisfies [string, string]],
    );
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: sent,
      body: JSON.stringify(body),
    });
    this.lastSetCookies = response.headers.getSetCookie();
    for (const line of this.lastSetCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return readAnswer(response);
  }

  logIn(credentials: object = adminLogin) {
    return this.post('/console/session', credentials);
  }

  gql(query: string, headers: Record<string, string | undefined> = {}) {
    return this.post('/graphql', { query }, headers);
  }
}

export const me = '{ me { username } }';
