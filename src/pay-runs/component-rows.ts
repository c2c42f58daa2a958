import { type Sql, sql } from '../database/sql.js';
import { parseStoredDecimal } from '../values/decimal.js';
import { builtInComponents } from './built-in-components.js';
import { takenMinor } from './earlier-runs.js';
import { counts, issuedLines } from './issued-lines.js';
import type { AssignedComponent, Entry, RunInput } from './item-input.js';

export interface ComponentRow
  extends Omit<
    AssignedComponent,
    'days' | 'amountMinor' | 'percent' | 'rateMinor' | 'capMinor' | 'takenMinor'
  > {
  start: string;
  end: string | null;
  amountMinor: string | null;
  percent: string | null;
  rateMinor: string | null;
  capMinor: string | null;
  takenMinor: string;
}

/** A cap is for the component, whatever its amount was: for what issued and not voided items have of it, or owe. */
export function componentsOf(ids: Sql, { period, payDate }: RunInput): Sql {
  return sql`
    SELECT a.employee_id::text AS "employeeId", a.id::text AS id, c.id::text AS "componentId", c.code, c.name,
      c.kind::text AS kind, c.prorated, a.effective_from::text AS "start", a.effective_to::text AS "end", a.currency,
      a.amount_minor::text AS "amountMinor", a.percent::text AS percent,
      ARRAY(SELECT b.code FROM pay_components b WHERE b.id = ANY(a.percent_of)) AS "percentOf",
      a.rate_minor::text AS "rateMinor", a.cap_minor::text AS "capMinor", a.cap_per::text AS "capPer", a.priority,
      CASE WHEN a.cap_per IN ('YEAR', 'TOTAL') THEN (
        SELECT coalesce(${takenMinor}, 0) FROM ${issuedLines}
        WHERE i.employee_id = a.employee_id AND l.code = c.code AND l.currency = a.currency
          AND ${counts}
          AND (a.cap_per = 'TOTAL' OR date_trunc('year', r.pay_date) = date_trunc('year', ${payDate}::date))
      ) ELSE 0 END::text AS "takenMinor"
    FROM employee_components a JOIN pay_components c ON c.id = a.component_id
    WHERE a.employee_id IN (SELECT unnest(${ids}))
      AND daterange(a.effective_from, a.effective_to, '[]') && daterange(${period.start}::date, ${period.end}::date, '[]')
    ORDER BY a.priority, c.code, a.effective_from`;
}

export function toComponent(row: ComponentRow): AssignedComponent {
  const { start, end, amountMinor, percent, rateMinor, capMinor, takenMinor, ...rest } = row;
  return {
    ...rest,
    days: { start, end },
    amountMinor: bigintOrNull(amountMinor),
    percent: percent === null ? null : parseStoredDecimal(percent),
    rateMinor: bigintOrNull(rateMinor),
    capMinor: bigintOrNull(capMinor),
    takenMinor: BigInt(takenMinor),
  };
}

function bigintOrNull(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}

export interface EntryRow extends Omit<Entry, 'component' | 'amount' | 'units'> {
  name: string | null;
  kind: Entry['component']['kind'] | null;
  amountMinor: string | null;
  currency: string | null;
  units: string | null;
}

export function entriesOf(ids: Sql, runId: string): Sql {
  return sql`
    SELECT n.employee_id::text AS "employeeId", n.id::text AS id, n.code, c.name, c.kind::text AS kind, n.excluded,
      n.amount_minor::text AS "amountMinor", n.currency, n.units::text AS units, n.note, n.source::text AS source
    FROM pay_run_entries n LEFT JOIN pay_components c ON c.code = n.code
    WHERE n.pay_run_id = ${runId}::uuid AND n.employee_id IN (SELECT unnest(${ids})) ORDER BY n.code, n.id`;
}

export function toEntry({ name, kind, amountMinor, currency, units, ...rest }: EntryRow): Entry {
  const component = name !== null && kind !== null ? { name, kind } : builtInComponents.get(rest.code);
  if (!component) throw new Error(`no such component: ${rest.code}`);
  return {
    ...rest,
    component,
    amount: amountMinor === null || currency === null ? null : { amountMinor: BigInt(amountMinor), currency },
    units: units === null ? null : parseStoredDecimal(units),
  };
}
