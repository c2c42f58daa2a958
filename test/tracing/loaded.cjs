// Preloaded into a server by `--require`: tells, as it ends, which packages it has loaded, and what was hung on globals.

const { writeFileSync } = require('node:fs');
const { Module } = require('node:module');

if (process.argv[1]?.endsWith('start.js')) {
  process.on('exit', () => {
    const paths = Object.keys(Module._cache).map((path) => path.replaceAll('\\', '/'));
    const packages = paths.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
    const globals = Object.getOwnPropertyNames(globalThis).filter((name) =>
      /PRISMA_INSTRUMENTATION/.test(name),
    );
    const loaded = [...new Set(packages)].filter((name) => name !== undefined);
    writeFileSync(process.env.LOADED_FILE, JSON.stringify({ loaded, globals }));
  });
}
