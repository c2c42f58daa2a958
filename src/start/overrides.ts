import type { PasswordCost } from '../accounts/passwords/passwords.js';
import type { Logger } from '../telemetry/log.js';
import type { Clock } from '../values/clock.js';
import type { NewAccount } from './first-admin.js';

/** What main.ts and tests choose besides the configuration. */
export interface Overrides {
  log: Logger;
  clock?: Clock;
  /** What a password hash costs. Default: what OWASP recommends. */
  passwordCost?: PasswordCost | undefined;
  /** Receives every SQL statement that is sent. */
  onStatement?: (text: string) => void;
  /** Receives the accounts that this start creates, before they are committed. Their passwords are not stored. */
  onNewAccounts?: (accounts: NewAccount[]) => void;
  /** Receives what the start is about to do, if it takes long. */
  onProgress?: (message: string) => void;
}
