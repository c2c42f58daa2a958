/**
 * What one statement fetched for many keys, parted again by key.
 *
 * @param build makes a key's value of its rows, which keep their order
 */
export function groupByKey<Row, Value>(
  keys: string[],
  rows: Row[],
  keyOf: (row: Row) => string,
  build: (key: string, rows: Row[]) => Value,
): Map<string, Value> {
  const groups = new Map<string, Row[]>(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(keyOf(row))?.push(row);
  return new Map(Array.from(groups, ([key, group]) => [key, build(key, group)]));
}

/**
 * Counts for many keys by one statement, which runs when the first of them asks.
 *
 * @param query rows of a key and its count; a key without a row counts 0
 */
export function countByKey(
  query: () => Promise<Array<{ key: string; count: bigint }>>,
): (key: string) => Promise<number> {
  let counts: Promise<Map<string, number>> | undefined;
  return async (key) => {
    counts ??= query().then((rows) => new Map(rows.map((row) => [row.key, Number(row.count)])));
    return (await counts).get(key) ?? 0;
  };
}
