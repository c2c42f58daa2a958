// Writes the types that codegen.yml describes. It reads of that file what Stipend uses: one schema file, plugins and their
// configuration. graphql-codegen's own command reads the same file, and brings loaders for schemas from anywhere else.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, lexicographicSortSchema } from 'graphql';
import { parse } from 'yaml';

const { schema, generates } = parse(await readFile('codegen.yml', 'utf8'), { merge: true });
const schemaAst = lexicographicSortSchema(buildSchema(await readFile(schema, 'utf8')));

for (const [filename, { plugins, config }] of Object.entries(generates)) {
  const text = await codegen({
    filename,
    schemaAst,
    documents: [],
    plugins: plugins.map((name) => ({ [name]: {} })),
    pluginMap: await loadPlugins(plugins),
    config,
  });
  await mkdir(dirname(filename), { recursive: true });
  await writeFile(filename, text);
}

async function loadPlugins(names) {
  const modules = await Promise.all(names.map((name) => import(`@graphql-codegen/${name}`)));
  return Object.fromEntries(names.map((name, index) => [name, modules[index]]));
}
