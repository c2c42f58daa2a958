import { parseArgs } from 'node:util';

/**
 * Options that are whole numbers, all of them, and `--help`.
 *
 * @param {string} command as it is typed: `npm run soak`
 * @param {Record<string, { of: string, usually: number, least: number, most: number }>} known by name
 * @returns {Record<string, number>}
 */
export function readNumbers(command, known) {
  const names = Object.keys(known);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', default: false } } });
  if (values.help) {
    const width = Math.max(...names.map((name) => name.length));
    const lines = names.map((name) => `  --${name.padEnd(width)} ${known[name].of} (${known[name].usually})`);
    console.log([`${command} -- [options]`, ...lines].join('\n'));
    process.exit(0);
  }
  const number = (name) => {
    const { usually, least, most } = known[name];
    return wholeNumber(`--${name}`, values[name] ?? String(usually), least, most);
  };
  return Object.fromEntries(names.map((name) => [name, number(name)]));
}

export function wholeNumber(option, text, least, most) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`${option} is not a whole number from ${least} to ${most}.`);
}
