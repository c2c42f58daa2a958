import { StipendClient, type Tokens } from '@stipend/client';
import type { Tab } from './support.js';

/** What the page has of the DOM; all other tests run on Node. */
interface Storage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}
declare const localStorage: Storage;
declare const sessionStorage: Storage;

const kept = (storage: Storage): Tokens | undefined =>
  JSON.parse(storage.getItem('tokens') ?? 'null') ?? undefined;
const open = (storage: Storage) =>
  new StipendClient({
    url: '/graphql',
    store: {
      load: () => kept(storage),
      save: (tokens) => storage.setItem('tokens', JSON.stringify(tokens ?? null)),
    },
    onSessionOver: ({ reason }) => {
      tab.ends.push(reason);
    },
  });

let client = open(localStorage);
const tab: Tab = {
  ends: [],
  login: (username, password) => client.login(username, password),
  logout: () => client.logout(),
  query: () => client.query('{ me { username } }'),
  agePerTab: () => {
    const tokens = kept(localStorage);
    sessionStorage.setItem('tokens', JSON.stringify({ ...tokens, expiresAt: new Date().toISOString() }));
    client = open(sessionStorage);
  },
  ageShared: () => {
    const tokens = kept(localStorage);
    localStorage.setItem('tokens', JSON.stringify({ ...tokens, expiresAt: new Date().toISOString() }));
  },
};
Object.assign(globalThis, { tab });
