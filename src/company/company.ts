import type { Viewer } from '../accounts/viewer.js';
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { MaskedBankAccount, Proration } from '../generated/schema-types.js';

/** The company as the API shows it. */
export interface Company {
  version: number;
  name: string;
  country: string;
  timeZone: string;
  proration: Proration;
  requireSecondAdmin: boolean;
  payingAccount: MaskedBankAccount | null;
}

/** The paying account is nobody's own, so an EMPLOYEE is shown none. */
export async function readCompany(database: Database, viewer: Viewer): Promise<Company> {
  const mayReadAll = viewer.kind === 'signedIn' && viewer.role !== 'EMPLOYEE';
  const [company] = await database.rows<Company>(sql`
    SELECT version, name, country, time_zone AS "timeZone", proration::text,
      require_second_admin AS "requireSecondAdmin",
      CASE WHEN bank_last_four IS NOT NULL AND ${mayReadAll}::boolean
        THEN json_build_object('holder', bank_holder, 'country', bank_country, 'lastFour', bank_last_four)
      END AS "payingAccount"
    FROM company`);
  if (!company) throw new Error('the company is missing: a start writes it');
  return company;
}
