import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, parse } from 'graphql';

/**
 * Writes what graphql-codegen's command writes with the client preset.
 *
 * @param sources the TypeScript files whose `graphql(…)` calls hold the documents, by name
 */
export async function generateDocuments(
  folder: string,
  sources: ReadonlyMap<string, string>,
  config: object,
): Promise<void> {
  const sdl = await readFile('schema.graphql', 'utf8');
  const documents = [...sources].flatMap(([name, source]) =>
    [...source.matchAll(/graphql\(`([^`]*)`\)/g)].map(([, rawSDL = '']) => ({
      location: join(folder, name),
      document: parse(rawSDL),
      rawSDL,
    })),
  );
  const outputs = await preset.buildGeneratesSection({
    baseOutputDir: `${join(folder, 'generated')}/`,
    schema: parse(sdl),
    schemaAst: buildSchema(sdl),
    documents,
    config,
    presetConfig: {},
    plugins: [],
    pluginMap: {},
    pluginContext: {},
  });
  for (const output of outputs) {
    await mkdir(dirname(output.filename), { recursive: true });
    await writeFile(output.filename, await codegen(output));
  }
}
