import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandContext } from '../../src/commands/command.js';
import { importCsv } from '../../src/commands/import.js';
import { parseConfig } from '../../src/start/config.js';
import { createLog } from '../../src/telemetry/log.js';
import { expectData } from '../expect.js';
import { type Harness, jwtSecret } from '../harness.js';

/** Runs `npm run import` with a file of this text. @returns what it prints, the error's message last */
export async function runImport(
  t: Harness,
  kind: string,
  text: string | Buffer,
  {
    dryRun = false,
    onProgress = () => {},
  }: { dryRun?: boolean; onProgress?: (message: string) => void } = {},
): Promise<string> {
  let printed = '';
  const path = join(await mkdtemp(join(tmpdir(), 'stipend-import-')), 'file.csv');
  await writeFile(path, text);
  const context: CommandContext = {
    config: parseConfig({
      ...{ JWT_SECRET: jwtSecret, DATABASE_URL: t.database.url },
      DATA_KEY: 'a data key for tests, of more than 32 bytes',
    }),
    log: createLog('silent', { write: () => {} }),
    args: [kind, path, ...(dryRun ? ['--dry-run'] : [])],
    print: (line) => {
      printed += line;
    },
    onProgress,
  };
  try {
    await importCsv(context);
  } catch (error) {
    printed += error instanceof Error ? error.message : '';
  }
  return printed;
}

export const employeeHeader =
  'name,email,title,department,hired_on,terminated_on,salary,currency,salary_unit,bank_holder,bank_country,bank_account_number';
export const paymentHeader =
  'reference,employee_email,kind,amount,currency,period_start,period_end,paid_on,note';

/** What is wrong with an import of a salary payment of these days. */
export async function importProblems(
  t: Harness,
  employeeId: string,
  { start, end }: { start: string; end: string },
): Promise<object[]> {
  const query = `mutation ($input: ImportFileInput!) { importFile(input: $input) { problems { line column message } } }`;
  const found = await t.gql('query ($id: ID!) { employee(id: $id) { email } }', { id: employeeId }, t.admin);
  const { email } = expectData(found).employee;
  const text = `${paymentHeader}\nwithheld,${email},SALARY,1,EUR,${start},${end},${end},\n`;
  const answer = await t.gql(query, { input: { kind: 'PAYMENTS', text } }, t.admin);
  return expectData(answer).importFile.problems;
}
