import { StipendClient } from '@stipend/client';
import { stipendExchange } from '@stipend/client/urql';
import { Client, cacheExchange } from '@urql/core';
import type { Adapter } from './support.js';

const keys: string[] = [];
const stipend = new StipendClient({
  url: '/graphql',
  retry: { firstDelayMs: 1 },
  pending: { add: ({ key }) => void keys.push(key), remove: () => {}, list: () => [] },
});
const urql = new Client({ url: '/graphql', exchanges: [cacheExchange, stipendExchange(stipend)] });

const adapter: Adapter = {
  login: (username, password) => stipend.login(username, password),
  query: async (document) => {
    const { data, error } = await urql.query(document, {});
    if (error) throw error;
    return data;
  },
  mutate: async (document, variables) => {
    const { data, error } = await urql.mutation(document, variables);
    if (error) throw error;
    return { data, keys };
  },
};
Object.assign(globalThis, { adapter });
