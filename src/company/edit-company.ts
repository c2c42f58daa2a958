import type { SignedIn } from '../accounts/viewer.js';
import { type AuditChange, recordAuditWithin } from '../audit/audit.js';
import { type Database, rowsWithin } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { Company as StoredCompany } from '../generated/prisma/client.js';
import type { EditCompanyInput } from '../generated/schema-types.js';
import { AppError, badInput } from '../values/app-error.js';
import { type BankAccount, changeAccount, parseBankAccount, requireVault } from '../values/bank-account.js';
import type { Clock } from '../values/clock.js';
import { isCountry } from '../values/countries.js';
import { optional } from '../values/optional.js';
import type { Sealer } from '../values/sealing.js';
import { parseText } from '../values/text.js';
import { findTimeZone } from './time-zones.js';

export interface EditCompanyDeps {
  clock: Clock;
  database: Database;
  vault: Sealer | undefined;
}

const longestName = 200;
/** What the account number is sealed for: no employee has this id. */
const sealedFor = 'company';

type Settings = Partial<
  Pick<StoredCompany, 'name' | 'country' | 'timeZone' | 'proration' | 'requireSecondAdmin'>
>;

/**
 * Changes the company's settings. What is as it was already counts as no change; without any, the version stays.
 *
 * @throws AppError BAD_USER_INPUT on a field that can't be so
 * @throws AppError CONFLICT on a stale version
 * @throws AppError SERVICE_UNAVAILABLE on an account number where the server has no DATA_KEY
 */
export async function editCompany(
  { clock, database, vault }: EditCompanyDeps,
  viewer: SignedIn,
  input: EditCompanyInput,
): Promise<void> {
  const settings = await parseSettings(database, input);
  const account = parseAccount(input);
  if (account) requireVault(vault, 'payingAccount');
  const now = clock.now();
  await database.transaction(async (tx) => {
    await rowsWithin(tx, sql`SELECT 1 FROM company FOR NO KEY UPDATE`);
    const company = await tx.company.findUniqueOrThrow({ where: { id: true } });
    requireVersion(company, input.version);
    const changed = changedSettings(company, settings);
    const accountChange = changeAccount(company, account, 'payingAccount', (number) =>
      requireVault(vault, 'payingAccount').seal(number, sealedFor),
    );
    const changes = [...changed.changes, ...(accountChange ? [accountChange.change] : [])];
    if (changes.length === 0) return;
    await tx.company.update({
      where: { id: true },
      data: { ...changed.data, ...accountChange?.data, version: { increment: 1 } },
    });
    const { userId: actorId, ip } = viewer;
    await recordAuditWithin(tx, { at: now, action: 'company.edited', actorId, subject: null, changes, ip });
  });
}

async function parseSettings(database: Database, input: EditCompanyInput): Promise<Settings> {
  const settings: Settings = {};
  const name = optional(input.name, 'name', (value) => parseText(value, 'name', longestName));
  if (name !== undefined) settings.name = name;
  const country = optional(input.country, 'country', parseCountry);
  if (country !== undefined) settings.country = country;
  const timeZone = await optional(input.timeZone, 'timeZone', async (value) =>
    parseTimeZone(database, value),
  );
  if (timeZone !== undefined) settings.timeZone = timeZone;
  const proration = optional(input.proration, 'proration', (value) => value);
  if (proration !== undefined) settings.proration = proration;
  const second = optional(input.requireSecondAdmin, 'requireSecondAdmin', (value) => value);
  if (second !== undefined) settings.requireSecondAdmin = second;
  return settings;
}

/** ZZ is what a company has until a country is set, and what a form may send back. */
function parseCountry(value: string): string {
  if (value !== 'ZZ' && !isCountry(value)) {
    throw badInput('country', '"country" is not an ISO 3166-1 alpha-2 code such as "DE".');
  }
  return value;
}

async function parseTimeZone(database: Database, value: string): Promise<string> {
  const found = await findTimeZone(database, parseText(value, 'timeZone', longestName));
  if (found === undefined) {
    throw badInput('timeZone', '"timeZone" is not the IANA name of a time zone such as "Europe/Berlin".');
  }
  return found;
}

function parseAccount({ payingAccount }: EditCompanyInput): BankAccount | null | undefined {
  return payingAccount ? parseBankAccount(payingAccount, 'payingAccount') : payingAccount;
}

function requireVersion(company: StoredCompany, version: number): void {
  if (company.version === version) return;
  throw new AppError('CONFLICT', `The company is at version ${company.version} by now. Read it again.`, {
    field: 'version',
  });
}

function changedSettings(company: StoredCompany, settings: Settings) {
  const fields = ['name', 'country', 'timeZone', 'proration', 'requireSecondAdmin'] as const;
  const changed = fields.filter(
    (field) => settings[field] !== undefined && settings[field] !== company[field],
  );
  const changes: AuditChange[] = changed.map((field) => ({
    field,
    before: String(company[field]),
    after: String(settings[field]),
  }));
  return { changes, data: Object.fromEntries(changed.map((field) => [field, settings[field]])) };
}
