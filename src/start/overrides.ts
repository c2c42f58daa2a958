import type { Logger } from '../telemetry/log.js';
import type { Clock } from '../values/clock.js';
import type { NewAccount } from './first-admin.js';

/** What tests put in place of the real thing, and what main.ts listens to. */
export interface Overrides {
  log: Logger;
  clock?: Clock;
  /** Every SQL statement that is sent. */
  onStatement?: (text: string) => void;
  /** The accounts that this start makes, before they count: their passwords are to be had now or never. */
  onNewAccounts?: (accounts: NewAccount[]) => void;
  /** What takes long in a first start. */
  onProgress?: (message: string) => void;
}
