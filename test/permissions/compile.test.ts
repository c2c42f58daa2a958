import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectRoot } from '../../src/values/project-root.js';

const copy = await mkdtemp(join(tmpdir(), 'stipend-compile-'));
afterAll(() => rm(copy, { recursive: true, force: true }));

await cp(join(projectRoot, 'src'), join(copy, 'src'), { recursive: true });
await cp(join(projectRoot, 'package.json'), join(copy, 'package.json'));
await symlink(join(projectRoot, 'node_modules'), join(copy, 'node_modules'));
const { compilerOptions } = JSON.parse(await readFile(join(projectRoot, 'tsconfig.json'), 'utf8'));
await writeFile(
  join(copy, 'tsconfig.json'),
  JSON.stringify({ compilerOptions, files: ['src/graphql/permissions.ts'] }),
);

/** @returns what the compiler says of the copy, a line for each error */
async function compile(): Promise<string[]> {
  const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc');
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [tsc, '-p', copy, '--pretty', 'false'], { cwd: copy }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  return output.split('\n').filter((line) => line.includes('error TS'));
}

/** Does to the copy what codegen does after an operation was added to schema.graphql. */
async function addOperation(type: 'Query' | 'Mutation', name: string): Promise<void> {
  const file = join(copy, 'src/generated/resolvers-types.ts');
  const before = await readFile(file, 'utf8');
  const after = before.replace(
    new RegExp(`^export type ${type}Resolvers<.*= \\{$`, 'm'),
    (line) => `${line}\n  ${name}?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;`,
  );
  expect(after).not.toBe(before);
  await writeFile(file, after);
}

test('an operation without a rule does not compile, and the error names it', async () => {
  expect(await compile()).toEqual([]);
  await addOperation('Query', 'everySecret');
  await addOperation('Mutation', 'sackEverybody');
  expect(await compile()).toEqual([
    expect.stringMatching(/^src\/graphql\/permissions\.ts.*'everySecret'/),
    expect.stringMatching(/^src\/graphql\/permissions\.ts.*'sackEverybody'/),
  ]);
});
