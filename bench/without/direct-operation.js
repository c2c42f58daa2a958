/** Stands in for src/graphql/direct-operation.ts: graphql-js executes every operation, over rows that are objects. */
export const createDirectOperation = () => undefined;
