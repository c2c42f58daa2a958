import { Link } from '@tanstack/react-router';
import { formatCount, formatDay, periodText } from '../format.js';
import { texts } from '../texts/texts.js';
import { idIn } from '../ui/search.js';
import css from './audit.module.css';
import { shortId } from './find-people.js';

const { audit: words } = texts;
const sentences: Readonly<Record<string, string>> = words.actions;
const fieldNames: Readonly<Record<string, string>> = words.fields;

/** What was done, in the reader's language; an action that is newer than the console, by its name. */
export function auditSentence({ action, count }: { action: string; count: number }): string {
  const sentence = sentences[action] ?? action;
  return count > 1 ? `${sentence} (${words.times(formatCount(count))})` : sentence;
}

const { payRunKind, kind, role, company } = texts;
/** What the log has in the API's words. No two of these have a word with different meanings. */
const valueNames: Readonly<Record<string, string>> = {
  ...{ ...payRunKind, ...kind, ...role, ...company.prorations, ...texts.componentKind, ...texts.status },
  ...{ true: texts.common.yes, false: texts.common.no, everybody: words.everybody },
};
const dayForm = /^\d{4}-\d{2}-\d{2}$/;
const periodForm = /^(\d{4}-\d{2}-\d{2}) to (\d{4}-\d{2}-\d{2})$/;
/** They can be any text, and stay as they were written. */
const isFree: ReadonlySet<string> = new Set([
  'name',
  'title',
  'department',
  'email',
  'note',
  'reason',
  'code',
]);

/** A value in the reader's language, where it is a day, a period or a word of the API's. */
function shownValue(field: string, value: string): string {
  if (isFree.has(field)) return value;
  if (dayForm.test(value)) return formatDay(value);
  const [, start, end] = periodForm.exec(value) ?? [];
  if (start !== undefined && end !== undefined) return periodText({ start, end });
  return Object.hasOwn(valueNames, value) ? (valueNames[value] ?? value) : value;
}

/** Something with a page of its own, by its id, is a link to it. */
function ShownValue({ field, value }: { field: string; value: string }) {
  const id = idIn(value);
  if (id === undefined) return shownValue(field, value);
  switch (field) {
    case 'employeeId':
      return (
        <Link to="/employees/$id" params={{ id }}>
          {shortId(id)}
        </Link>
      );
    case 'payRun':
      return (
        <Link to="/pay-runs/$id" params={{ id }}>
          {shortId(id)}
        </Link>
      );
    case 'replaces':
      return (
        <Link to="/payments/$id" params={{ id }}>
          {shortId(id)}
        </Link>
      );
    default:
      return value;
  }
}

interface AuditChange {
  field: string;
  before?: string | null;
  after?: string | null;
}

/** Each change as before and after. A secret has neither. */
export const AuditChanges = ({ changes }: { changes: readonly AuditChange[] }) => (
  <dl className={css.changes}>
    {changes.map(({ field, before, after }, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a field can be there twice, and the list never changes
      <div key={index}>
        <dt>{fieldNames[field] ?? field}</dt>
        <dd>
          {before != null && (
            <del>
              <ShownValue field={field} value={before} />
            </del>
          )}
          {before != null && ' → '}
          {after != null ? (
            <ins>
              <ShownValue field={field} value={after} />
            </ins>
          ) : before != null ? (
            '–'
          ) : (
            words.secret
          )}
        </dd>
      </div>
    ))}
  </dl>
);
