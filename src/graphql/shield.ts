import { createRequire } from 'node:module';

/**
 * graphql-shield by its CommonJS build: its ES modules import `util.isUndefined`, which Node 23 has taken out, and would
 * not even load there. The CommonJS build calls it only for rules that are put together of others, and none here is.
 */
const graphqlShield: typeof import('graphql-shield') = createRequire(import.meta.url)('graphql-shield');

export const { deny, rule, shield } = graphqlShield;
