import { KeyError } from '../accounts/keys/jwk.js';
import { EmbeddedPostgresError } from '../embedded-postgres/errors.js';
import { DemoError } from '../start/demo/load-demo-company.js';
import { StoreError } from '../start/store.js';
import { ConfigError } from '../values/config-error.js';
import { CommandError } from './command.js';

const listenFaults: Record<string, string> = {
  EADDRINUSE: 'is in use by another program. Stop that program, or set PORT to a free port',
  EACCES: 'is not allowed for this user. Set PORT to a number above 1023',
  EADDRNOTAVAIL: 'is not an address of this machine. Set HOST to one that is',
  ENOTFOUND: 'is an unknown host. Set HOST to an address of this machine',
  EAI_AGAIN: 'is an unknown host. Set HOST to an address of this machine',
};

const foreseen = [ConfigError, StoreError, EmbeddedPostgresError, DemoError, KeyError, CommandError];

/** @returns what went wrong and how to mend it, a line for each problem, for the person who ran the command */
export function explainFailure(error: unknown, env: Record<string, string | undefined>): string[] {
  if (!(error instanceof Error)) return ['Unexpected error: a value that is not an error was thrown'];
  if (foreseen.some((kind) => error instanceof kind)) return error.message.split('\n');
  const code: unknown = Reflect.get(error, 'code');
  const syscall: unknown = Reflect.get(error, 'syscall');
  if (typeof code === 'string' && (syscall === 'listen' || syscall === 'getaddrinfo') && listenFaults[code]) {
    return [`${env.HOST || '127.0.0.1'}:${env.PORT || 4000} ${listenFaults[code]}.`];
  }
  const [firstLine] = error.message.trim().split('\n');
  return [`Unexpected error: ${firstLine}`];
}
