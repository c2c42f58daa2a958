/** @returns {string[] | null} the sort key of the row after which a page begins */
export function decodeCursor(cursor) {
  return cursor ? Buffer.from(cursor, 'base64url').toString().split(',') : null;
}

/** @param {unknown[]} key */
export function encodeCursor(key) {
  return Buffer.from(key.join(',')).toString('base64url');
}

/** @param {object[]} rows up to one more than the page holds */
export function toPage(rows, first, keyOf) {
  const nodes = rows.slice(0, first);
  const last = nodes.at(-1);
  return {
    nodes,
    pageInfo: { hasNextPage: rows.length > first, endCursor: last ? encodeCursor(keyOf(last)) : null },
  };
}
