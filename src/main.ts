import { createApp } from './app.js';
import { banner, seedBanner } from './banner.js';
import { type Config, ConfigError, parseConfig } from './config.js';
import { DataDirInUse } from './database/embedded/start.js';
import { DemoError, loadDemoCompany } from './demo/load-demo-company.js';
import { createLog, type Logger } from './log.js';
import { openStore, StoreError } from './store.js';

// The process: the environment comes in here, and signals; nothing else in src/ touches `process`.

const stdout = (text: string) => process.stdout.write(text);
const stderr = (text: string) => process.stderr.write(text);

/** Serves until a signal comes. */
async function serve(config: Config, log: Logger): Promise<void> {
  const app = await createApp(config, { log, onProgress: progress });
  stdout(banner(app.url, app.newAccounts, config));
  let stopping = false;
  const stop = async (reason: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'stopping');
    await app.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  stopWithNpm(stop);
}

/** `npm start` killed outright takes its child down with no signal: the child sees it by its new parent. */
function stopWithNpm(stop: (reason: string) => Promise<void>): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void stop('npm has gone'), 1_000).unref();
}

/** Loads the demo company into an empty database, and ends. */
async function seed(config: Config, log: Logger): Promise<void> {
  const store = await openStore({ ...config, seedDemo: false }, { log, onProgress: progress });
  try {
    progress('Loading the demo company');
    const accounts = await loadDemoCompany(store.deps);
    stdout(seedBanner([...store.newAccounts, ...accounts]));
  } finally {
    await store.close();
  }
}

/** In a terminal, what takes long is told as it begins. */
function progress(message: string): void {
  if (process.stdout.isTTY) stdout(`${message} …\n`);
}

const listenFaults: Record<string, string> = {
  EADDRINUSE: 'is taken by another program. Stop that one, or set PORT to a free port',
  EACCES: 'may not be used by this user. Set PORT to one above 1023',
  EADDRNOTAVAIL: "is not an address of this machine's. Set HOST to one that is",
  ENOTFOUND: 'is not known. Set HOST to an address of this machine',
};

/** What a person can mend is said in one line; what nobody foresaw goes to the log. */
function explain(error: unknown, env: NodeJS.ProcessEnv): string {
  if (error instanceof ConfigError || error instanceof StoreError) return error.message;
  if (error instanceof DataDirInUse || error instanceof DemoError) return error.message;
  if (!(error instanceof Error)) return 'an unknown fault';
  const code: unknown = Reflect.get(error, 'code');
  const syscall: unknown = Reflect.get(error, 'syscall');
  if (typeof code === 'string' && (syscall === 'listen' || syscall === 'getaddrinfo') && listenFaults[code]) {
    return `${env.HOST ?? '127.0.0.1'}:${env.PORT ?? 4000} ${listenFaults[code]}.`;
  }
  return error.message.split('\n')[0] ?? '';
}

async function main(): Promise<void> {
  try {
    const config = parseConfig(process.env);
    const log = createLog(config.logLevel, { write: stdout });
    process.on('unhandledRejection', (err) => log.error({ err }, 'a rejection was not handled'));
    await (process.argv[2] === 'seed' ? seed(config, log) : serve(config, log));
  } catch (error) {
    for (const line of explain(error, process.env).split('\n')) stderr(`stipend: ${line}\n`);
    process.exit(1);
  }
}

await main();
