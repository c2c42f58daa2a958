import type { Config } from '../start/config.js';
import type { Logger } from '../telemetry/log.js';

/** What a command on the shell gets: it works beside a running server, too. */
export interface CommandContext {
  config: Config;
  log: Logger;
  /** The words after the command's name. */
  args: string[];
  print: (text: string) => void;
  onProgress: (message: string) => void;
}

/** The words can't be taken, or what they ask for can't be done; the message says why in one line. */
export class CommandError extends Error {}
