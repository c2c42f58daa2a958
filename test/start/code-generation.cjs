// Preloaded into the server: writes which packages make code of strings, when the process ends.

const { writeFileSync } = require('node:fs');

const callers = new Set();

/** The package that calls, or `stipend`. */
function caller() {
  const [line = ''] = new Error().stack
    .split('\n')
    .slice(1)
    .filter((frame) => !frame.includes(__filename) && !frame.includes('node:'));
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(line)?.[1] ?? 'stipend';
}

globalThis.Function = new Proxy(Function, {
  apply: (target, self, args) => {
    callers.add(caller());
    return Reflect.apply(target, self, args);
  },
  construct: (target, args) => {
    callers.add(caller());
    return Reflect.construct(target, args);
  },
});
Function.prototype.constructor = globalThis.Function;
process.on('exit', () => writeFileSync(process.env.CODE_FILE, JSON.stringify([...callers].sort())));
