import type { Config } from '../start/config.js';
import type { Logger } from '../telemetry/log.js';

/** What a command gets. It can run beside a running server. */
export interface CommandContext {
  config: Config;
  log: Logger;
  /** The words after the command's name. */
  args: string[];
  print: (text: string) => void;
  onProgress: (message: string) => void;
}

/** The arguments are not valid, or the command cannot be done. The message says why in one line. */
export class CommandError extends Error {}
