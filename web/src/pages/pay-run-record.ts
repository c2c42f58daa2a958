import type { PayRunQuery } from '../generated/graphql.js';

export type PayRun = NonNullable<PayRunQuery['payRun']>;
export type Item = PayRun['items']['nodes'][number];
