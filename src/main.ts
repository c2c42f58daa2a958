import { KeyError } from './accounts/keys/jwk.js';
import { type CommandContext, CommandError } from './commands/command.js';
import { keys } from './commands/keys.js';
import { seed } from './commands/seed.js';
import { users } from './commands/users.js';
import { EmbeddedPostgresError } from './embedded-postgres/errors.js';
import { createApp } from './start/app.js';
import { accountsText, banner } from './start/banner.js';
import { parseConfig } from './start/config.js';
import { DemoError } from './start/demo/load-demo-company.js';
import { withSecretFiles } from './start/secret-files.js';
import { StoreError } from './start/store.js';
import { createLog, type DestinationStream, openBufferedOutput } from './telemetry/log.js';
import { ConfigError } from './values/config-error.js';

// The process: the environment and the command's words come in here, and signals; nothing else in src/ touches `process`.

/** Before anything that takes time: an npm that is killed meanwhile must be missed. */
const parent = process.ppid;

// Whoever read what is printed may have gone, with `npm start | head`; the server stays.
process.stdout.on('error', () => {});

const stdout = (text: string) => process.stdout.write(text);
const stderr = (text: string) => process.stderr.write(text);

const commands: Record<string, (context: CommandContext) => Promise<void>> = { seed, keys, users };

/** Serves until a signal comes. */
async function serve({ config, log, onProgress }: CommandContext): Promise<void> {
  const starting = createApp(config, {
    log,
    onProgress,
    onNewAccounts: (accounts) => stdout(accountsText(accounts)),
  });
  let stopping = false;
  const stop = async (reason: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'stopping');
    try {
      // A signal amid the start is obeyed when there is something that can be stopped in good order.
      const app = await starting;
      await app.stop();
      process.exit(0);
    } catch (err) {
      log.error({ err }, 'the stop failed');
      process.exit(1);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  stopWithNpm(stop);
  const app = await starting;
  stdout(banner(app.url, app.newAccounts, config));
}

/** `npm start` killed outright takes its child down with no signal: the child sees it by its new parent. */
function stopWithNpm(stop: (reason: string) => Promise<void>): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  setInterval(() => process.ppid !== parent && void stop('npm was killed'), 1_000).unref();
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

const listenFaults: Record<string, string> = {
  EADDRINUSE: 'is in use by another program. Stop that program, or set PORT to a free port',
  EACCES: 'is not allowed for this user. Set PORT to a number above 1023',
  EADDRNOTAVAIL: 'is not an address of this machine. Set HOST to one that is',
  ENOTFOUND: 'is an unknown host. Set HOST to an address of this machine',
  EAI_AGAIN: 'is an unknown host. Set HOST to an address of this machine',
};

const foreseen = [ConfigError, StoreError, EmbeddedPostgresError, DemoError, KeyError, CommandError];

/** @returns what a person can mend, a line for each problem; undefined for what nobody foresaw */
function explain(error: unknown, env: NodeJS.ProcessEnv): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (foreseen.some((kind) => error instanceof kind)) return error.message;
  const code: unknown = Reflect.get(error, 'code');
  const syscall: unknown = Reflect.get(error, 'syscall');
  if (typeof code === 'string' && (syscall === 'listen' || syscall === 'getaddrinfo') && listenFaults[code]) {
    return `${env.HOST || '127.0.0.1'}:${env.PORT || 4000} ${listenFaults[code]}.`;
  }
  return undefined;
}

async function main(): Promise<void> {
  try {
    const config = parseConfig(withSecretFiles(process.env));
    const log = createLog(config.logLevel, await logDestination());
    process.on('unhandledRejection', (err) => log.error({ err }, 'a rejection was not handled'));
    const [name, ...args] = process.argv.slice(2);
    const command = name === undefined ? serve : commands[name];
    if (!command)
      throw new CommandError(
        `There is no command ${name}. The commands are: ${Object.keys(commands).join(', ')}.`,
      );
    await command({ config, log, args, print: stdout, onProgress });
  } catch (error) {
    const explanation = explain(error, process.env) ?? `Unexpected error: ${firstLine(error)}`;
    for (const line of explanation.split('\n')) stderr(`stipend: ${line}\n`);
    process.exit(1);
  }
}

function firstLine(error: unknown): string {
  return error instanceof Error
    ? (error.message.trim().split('\n')[0] ?? '')
    : 'a value that is not an error was thrown';
}

await main();
