import { afterAll, expect, test } from 'vitest';
import { createDatabase } from '../database.js';
import { useStore } from './support.js';

const database = await createDatabase();
afterAll(() => database.drop());

const settingsWith = async (query: string) => {
  const store = await useStore(`${database.url}?${query}`);
  const { rows } = await store.database.pool.query(`
    SELECT current_setting('TimeZone') AS zone, current_setting('lock_timeout') AS lock,
      current_setting('statement_timeout') AS statement, current_setting('jit') AS jit`);
  return rows;
};

/** A time limit: `0` would be none. */
const limited = expect.stringMatching(/^[1-9]\d*m?s$/);

test('the options of DATABASE_URL hold, except for those that Stipend relies on', async () => {
  const options =
    'options=-c%20timezone%3DAsia/Kolkata%20-c%20lock_timeout%3D4321%20-c%20statement_timeout%3D0%20-c%20jit%3Don';
  expect(await settingsWith(options)).toEqual([
    { zone: 'UTC', lock: '4321ms', statement: limited, jit: 'off' },
  ]);
});

test("DATABASE_URL takes no statement's time limit away", async () => {
  const query = 'statement_timeout=0&idle_in_transaction_session_timeout=0&query_timeout=1&lock_timeout=4321';
  expect(await settingsWith(query)).toEqual([
    { zone: 'UTC', lock: '4321ms', statement: limited, jit: 'off' },
  ]);
});
