import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test, vi } from 'vitest';
import { insertEmployee } from '../factories.js';
import { adminPassword, useStipend } from '../harness.js';
import { generateDocuments } from './codegen.js';

const stipend = await useStipend({}, { clock: { now: () => new Date() } });
await insertEmployee(stipend.database, { name: 'Ada', email: 'ada@example.com' });
vi.stubEnv('STIPEND_URL', `${stipend.url}/graphql`);
vi.stubEnv('PASSWORD', adminPassword);

// In the repository, so that packages are found from it.
const root = await mkdtemp(resolve('dist/frontend-'));
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

const page = await readFile('docs/frontend.md', 'utf8');
const blocks = new Map(
  [...page.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)].map(([, name = '', code = '']) => [name, code]),
);

/** A project of a user's: these files of the page, and the types of their documents. */
async function project(name: string, files: string[], extra: Record<string, string> = {}): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  const sources = new Map([
    ...files.map((file): [string, string] => [file, blocks.get(file) ?? '']),
    ...Object.entries(extra),
  ]);
  const codegenFile = join(folder, 'codegen.ts');
  await writeFile(codegenFile, blocks.get('codegen.ts') ?? '');
  const { default: config } = await import(codegenFile);
  const { documentMode, ...others } = config.generates['./generated/'].config;
  await generateDocuments(folder, sources, name === 'client' ? { documentMode, ...others } : others);
  for (const [file, code] of sources) await writeFile(join(folder, file), code);
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: 'es2023',
    module: 'nodenext',
    lib: ['es2023', 'dom'],
    types: ['node'],
    skipLibCheck: true,
  };
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  return folder;
}

async function typeErrors(folder: string): Promise<string> {
  const tsc = resolve('node_modules/typescript/bin/tsc');
  return promisify(execFile)(process.execPath, [tsc, '--project', folder]).then(
    () => '',
    (error) => String(error.stdout),
  );
}

const misuse = `
import { isStipendError, type StipendClient } from '@stipend/client';
import { graphql } from './generated/gql.js';

const pay = graphql(\`mutation Pay($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id amount { amount } } } }\`);
const one = graphql(\`query One($id: ID!) { employee(id: $id) { name hiredOn } }\`);

export async function misuse(client: StipendClient) {
  // @ts-expect-error the variables are missing
  await client.query(one);
  // @ts-expect-error a variable is of another type
  await client.query(one, { id: {} });
  // @ts-expect-error a document has no such field
  (await client.query(one, { id: '1' })).employee?.email;
  // @ts-expect-error an amount is no number
  await client.mutate(pay, { input: { employeeId: '1', amount: { amount: 5, currency: 'EUR' } } });
  const { issuePayment } = await client.mutate(pay, {
    input: { employeeId: '1', amount: (await import('@stipend/client')).addMoney({} as never) },
  });
  const amount: \`\${number}\` = issuePayment.payment.amount.amount;
  new Intl.NumberFormat('en').format(amount);
  try {
  } catch (error) {
    if (!isStipendError(error)) throw error;
    if (error.code === 'RATE_LIMITED') error.extensions.retryAfterSeconds?.toFixed();
    // @ts-expect-error only BAD_USER_INPUT and the like have a field
    if (error.code === 'RATE_LIMITED') error.extensions.field;
    // @ts-expect-error no such code
    if (error.code === 'NO_SUCH_CODE') throw error;
  }
}
`;

test('the programs of docs/frontend.md have the types of their documents, and run', {
  timeout: 60_000,
}, async () => {
  const folder = await project('client', ['salaries.ts', 'everybody.ts'], { 'misuse.ts': misuse });
  expect(await typeErrors(folder)).toBe('');
  const lines: unknown[][] = [];
  vi.spyOn(console, 'log').mockImplementation((...line) => void lines.push(line));
  await import(join(folder, 'salaries.ts'));
  vi.restoreAllMocks();
  expect(lines.map(([name]) => name)).toContain('Ada');
});

test('the set-up of Apollo Client and urql in docs/frontend.md has right types, and works', {
  timeout: 60_000,
}, async () => {
  const folder = await project('libraries', ['apollo.ts', 'urql.ts']);
  expect(await typeErrors(folder)).toBe('');
  const { stipend: client, firstName } = await import(join(folder, 'apollo.ts'));
  await client.login('admin', adminPassword);
  expect(await firstName()).toMatch(/\w/);
  const { stipendOfUrql, firstOfUrql } = await import(join(folder, 'urql.ts'));
  await stipendOfUrql.login('admin', adminPassword);
  expect(await firstOfUrql()).toMatch(/\w/);
});
