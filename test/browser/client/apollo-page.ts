import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { StipendClient } from '@stipend/client';
import { stipendLink } from '@stipend/client/apollo';
import type { Adapter } from './support.js';

const stipend = new StipendClient({ url: '/graphql', retry: { firstDelayMs: 1 } });
const apollo = new ApolloClient({ link: stipendLink(stipend), cache: new InMemoryCache() });

const adapter: Adapter = {
  login: (username, password) => stipend.login(username, password),
  query: async (document) => (await apollo.query({ query: gql(document) })).data,
  mutate: async (document, variables) => {
    const keys: string[] = [];
    const context = { onKey: (key: string) => void keys.push(key) };
    const { data } = await apollo.mutate({ mutation: gql(document), variables, context });
    return { data, keys };
  },
};
Object.assign(globalThis, { adapter });
