import type { PeopleQuery } from '../generated/graphql.js';

/** Somebody who works here, as the overview lists people. */
export type Person = PeopleQuery['employees']['nodes'][number];
