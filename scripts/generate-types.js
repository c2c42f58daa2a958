// Writes the types that codegen.yml describes. It reads of that file what Stipend uses: one schema file, plugins, the client
// preset, and their configuration. graphql-codegen's own command reads the same file, and brings loaders for schemas from
// anywhere else.

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { preset as clientPreset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, lexicographicSortSchema, parse as parseGraphQL, printSchema } from 'graphql';
import { parse } from 'yaml';

const { schema, generates } = parse(await readFile('codegen.yml', 'utf8'), { merge: true });
const schemaAst = lexicographicSortSchema(buildSchema(await readFile(schema, 'utf8')));

for (const [path, output] of Object.entries(generates)) {
  const sections =
    output.preset === 'client' ? await clientSections(path, output) : [await section(path, output)];
  for (const { filename, ...options } of sections) {
    // The console imports the documents by their names.
    if (filename.endsWith('gql.ts') || filename.endsWith('index.ts')) continue;
    await mkdir(dirname(filename), { recursive: true });
    await writeFile(filename, await codegen({ ...options, filename, schemaAst }));
  }
}

async function section(filename, { plugins, config }) {
  return {
    filename,
    documents: [],
    plugins: plugins.map((name) => ({ [name]: {} })),
    pluginMap: await loadPlugins(plugins),
    config,
  };
}

/** The files of the client preset, for the documents in a folder. */
async function clientSections(baseOutputDir, { documents, presetConfig, config }) {
  const names = (await readdir(documents)).filter((name) => name.endsWith('.graphql')).sort();
  const read = names.map(async (name) => {
    const location = join(documents, name);
    const rawSDL = await readFile(location, 'utf8');
    return { location, rawSDL, document: parseGraphQL(rawSDL) };
  });
  const options = {
    baseOutputDir,
    presetConfig,
    schema: parseGraphQL(printSchema(schemaAst)),
    schemaAst,
    documents: await Promise.all(read),
    config,
    plugins: [],
    pluginMap: {},
  };
  return clientPreset.buildGeneratesSection(options);
}

async function loadPlugins(names) {
  const modules = await Promise.all(names.map((name) => import(`@graphql-codegen/${name}`)));
  return Object.fromEntries(names.map((name, index) => [name, modules[index]]));
}
