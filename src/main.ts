import { isatty } from 'node:tty';
import { audit } from './commands/audit.js';
import { backup } from './commands/backup.js';
import { type CommandContext, CommandError } from './commands/command.js';
import { explainFailure } from './commands/explain-failure.js';
import { importCsv } from './commands/import.js';
import { keys } from './commands/keys.js';
import { restore } from './commands/restore.js';
import { seed } from './commands/seed.js';
import { serve } from './commands/serve.js';
import { users } from './commands/users.js';
import { parseConfig } from './start/config.js';
import { withSecretFiles } from './start/secret-files.js';
import { createLog, type DestinationStream, openBufferedOutput } from './telemetry/log.js';

// The process: the environment and the command's words come in here, and signals; nothing else in src/ touches `process`.

/** Before anything that takes time: an npm that is killed meanwhile must be missed. */
const parent = process.ppid;

// Whoever read what is printed may have gone, with `npm start | head`; the server stays.
process.stdout.on('error', () => {});

/**
 * `nohup` takes the terminal away from all three. Node undoes what else it does, so npm ends with the terminal, and the server
 * must not miss it.
 */
const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
let outlivesTerminal = false;

const stdout = (text: string) => process.stdout.write(text);

const commands: Record<string, (context: CommandContext) => Promise<void>> = {
  audit,
  backup,
  import: importCsv,
  keys,
  restore,
  seed,
  users,
};

/** Serves until a signal comes. */
async function serveUntilSignal(context: CommandContext): Promise<void> {
  const { log } = context;
  const starting = serve(context);
  let stopping = false;
  const stop = async (reason: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'stopping');
    try {
      // A signal during the start is obeyed when there is something that can be stopped in good order.
      const app = await starting;
      await app.stop();
      process.exit(0);
    } catch (err) {
      log.error({ err }, 'the stop failed');
      process.exit(1);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal));
  process.on('SIGHUP', () => {
    if (hasTerminal) void stop('SIGHUP');
    else outlivesTerminal = true;
  });
  stopWithNpm(stop);
  await starting;
}

/** `npm start` killed outright takes its child down with no signal: the child sees it by its new parent. */
function stopWithNpm(stop: (reason: string) => Promise<void>): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  setInterval(() => {
    if (process.ppid !== parent && !outlivesTerminal) void stop('npm was killed');
  }, 1_000).unref();
}

/** In a terminal, what takes long is told as it begins. */
function onProgress(message: string): void {
  if (process.stdout.isTTY) stdout(`${message} …\n`);
}

/** JSON lines for machines; for a person at a terminal, lines to read. */
async function logDestination(): Promise<DestinationStream> {
  if (!process.stdout.isTTY) {
    const output = openBufferedOutput();
    process.on('exit', () => output.flushSync());
    return output;
  }
  const { default: pinoPretty } = await import('pino-pretty');
  return pinoPretty({ sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' });
}

async function main(): Promise<void> {
  try {
    const config = parseConfig(withSecretFiles(process.env));
    const log = createLog(config.logLevel, await logDestination());
    process.on('unhandledRejection', (err) => log.error({ err }, 'a rejection was not handled'));
    const [name, ...args] = process.argv.slice(2);
    const command = name === undefined ? serveUntilSignal : commands[name];
    if (!command)
      throw new CommandError(
        `There is no command ${name}. The commands are: ${Object.keys(commands).join(', ')}.`,
      );
    await command({ config, log, args, print: stdout, onProgress });
  } catch (error) {
    for (const line of explainFailure(error, process.env)) process.stderr.write(`stipend: ${line}\n`);
    process.exit(1);
  }
}

await main();
