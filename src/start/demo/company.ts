import type { PayPeriodUnit } from '../../generated/schema-types.js';
import { startOfDay } from '../../values/dates.js';
import { demoId } from './demo-id.js';

/** An employee of the demo company. Salaries are in minor units, as of the hire and as of raises. */
export interface DemoEmployee {
  id: string;
  name: string;
  title: string;
  department: string;
  hiredOn: string;
  terminatedOn?: string;
  currency: string;
  unit: PayPeriodUnit;
  salaryMinor: bigint;
  raise?: { effectiveFrom: string; salaryMinor: bigint };
}

/** The months for which the demo company has paid salaries: a fixed year, so that the data is always the same. */
export const paidMonths = { first: '2025-11', count: 12 };

/** name | title | department | hired | currency | unit | salary in minor units | raise: from, salary | terminated */
const table = `
Amara Okafor      | Head of Engineering   | Engineering | 2018-03-01 | EUR | YEAR  |  9840000 | 2026-01-01 10200000 |
Jonas Weber       | Software Engineer     | Engineering | 2019-06-17 | EUR | YEAR  |  7200000 | 2026-04-01  7560000 |
Mei Tanaka        | Software Engineer     | Engineering | 2020-02-03 | JPY | MONTH |   620000 | 2026-02-01   655000 |
Lucía Fernández   | Software Engineer     | Engineering | 2021-09-01 | EUR | YEAR  |  6600000 |                     |
Kenji Mori        | Site Reliability      | Engineering | 2019-11-11 | JPY | MONTH |   585000 |                     |
Priya Raman       | Software Engineer     | Engineering | 2022-01-10 | USD | YEAR  | 11200000 | 2026-01-01 11760000 |
Tomás Novák       | Test Engineer         | Engineering | 2023-05-02 | EUR | MONTH |   415000 |                     |
Hana Suzuki       | Software Engineer     | Engineering | 2024-04-01 | JPY | MONTH |   480000 |                     |
Owen Gallagher    | Software Engineer     | Engineering | 2020-10-05 | USD | YEAR  | 10400000 |                     | 2026-06-30
Fatima Al-Sayed   | Head of Finance       | Finance     | 2018-03-01 | BHD | MONTH |  2450000 | 2026-01-01  2575000 |
Yusuf Al-Khalifa  | Accountant            | Finance     | 2020-08-16 | BHD | MONTH |  1380500 |                     |
Clara Lindqvist   | Payroll Specialist    | Finance     | 2019-01-14 | EUR | MONTH |   438000 | 2026-03-01   452500 |
Noor Haddad       | Accountant            | Finance     | 2022-11-20 | BHD | MONTH |  1215250 |                     |
Grace Mbeki       | Financial Analyst     | Finance     | 2023-02-06 | USD | YEAR  |  8900000 |                     |
Daichi Kobayashi  | Controller            | Finance     | 2021-04-01 | JPY | MONTH |   540000 |                     |
Eva Kowalska      | Head of Operations    | Operations  | 2018-09-03 | EUR | YEAR  |  8400000 | 2026-01-01  8736000 |
Samuel Osei       | Logistics Lead        | Operations  | 2019-04-23 | EUR | MONTH |   465000 |                     |
Ines Carvalho     | Buyer                 | Operations  | 2021-01-18 | EUR | MONTH |   372500 |                     |
Haruto Ito        | Warehouse Manager     | Operations  | 2020-07-01 | JPY | MONTH |   455000 |                     |
Layla Mansour     | Office Manager        | Operations  | 2022-06-05 | BHD | MONTH |   985750 |                     |
Marcus Reed       | Support Lead          | Operations  | 2021-08-30 | USD | YEAR  |  7650000 | 2026-05-01  7950000 |
Sofia Rossi       | Support Specialist    | Operations  | 2024-01-08 | EUR | MONTH |   318000 |                     |
Aoi Watanabe      | Support Specialist    | Operations  | 2025-04-01 | JPY | MONTH |   390000 |                     |
Ruth Abrams       | Head of People        | People      | 2018-05-14 | USD | YEAR  | 12500000 | 2026-01-01 13000000 |
Miguel Santos     | Recruiter             | People      | 2020-03-09 | EUR | MONTH |   395000 |                     |
Zainab Qureshi    | People Partner        | People      | 2021-12-01 | BHD | MONTH |  1120000 |                     |
Ellen Dahl        | Recruiter             | People      | 2023-09-18 | EUR | MONTH |   362000 |                     |
Peter Nakamura    | Learning Lead         | People      | 2022-03-01 | USD | YEAR  |  8250000 |                     |
Anneke de Vries   | People Analyst        | People      | 2024-10-01 | EUR | YEAR  |  5520000 |                     |
`;

export const demoEmployees: DemoEmployee[] = table
  .trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(
    ([
      name = '',
      title = '',
      department = '',
      hiredOn = '',
      currency = '',
      unit = '',
      salary = '',
      raise = '',
      left = '',
    ]) => {
      const [effectiveFrom, raised] = raise.split(/\s+/);
      return {
        id: demoId(startOfDay(hiredOn), name),
        name,
        title,
        department,
        hiredOn,
        currency,
        unit: unit === 'YEAR' ? 'YEAR' : 'MONTH',
        salaryMinor: BigInt(salary),
        ...(effectiveFrom && raised && { raise: { effectiveFrom, salaryMinor: BigInt(raised) } }),
        ...(left && { terminatedOn: left }),
      };
    },
  );
