import { formatCount } from '../format.js';
import { texts } from '../texts/texts.js';
import css from './audit.module.css';

const { audit: words } = texts;
const sentences: Readonly<Record<string, string>> = words.actions;
const fieldNames: Readonly<Record<string, string>> = words.fields;

/** What was done, in the reader's language; an action that is newer than the console, by its name. */
export function auditSentence({ action, count }: { action: string; count: number }): string {
  const sentence = sentences[action] ?? action;
  return count > 1 ? `${sentence} (${words.times(formatCount(count))})` : sentence;
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
          {before != null && <del>{before}</del>}
          {before != null && ' → '}
          {after != null ? <ins>{after}</ins> : before != null ? '–' : words.secret}
        </dd>
      </div>
    ))}
  </dl>
);
