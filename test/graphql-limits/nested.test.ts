import { expect, test } from 'vitest';
import { post } from '../client.js';
import { cleanUp, newDatabase, start, stop } from '../start/support.js';

cleanUp();

test('brackets within brackets are refused by a server that has served nothing yet, whose stack holds fewest', async () => {
  const database = await newDatabase();
  const stipend = await start(database.env);
  for (const open of ['[', '{a:', '{a(b:[']) {
    for (const levels of [35_000, 1_999, 1_990, 1_950, 1_900]) {
      const query = `{a(b:${open.repeat(levels)}`;
      const { errors = [], text } = await post(stipend.url, JSON.stringify({ query }));
      expect(errors.map(({ extensions }) => extensions.code)).toEqual([
        expect.stringMatching(/^(QUERY_TOO_COMPLEX|GRAPHQL_PARSE_FAILED)$/),
      ]);
      expect(text.length).toBeLessThan(1_000);
    }
  }
  await stop(stipend);
});
