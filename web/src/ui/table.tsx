import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatCount } from '../format.js';
import { texts } from '../texts/texts.js';
import { classes } from './controls.js';
import css from './ui.module.css';

export interface Column<Row> {
  name: string;
  /** Numbers stand at the end, below each other. */
  number?: boolean;
  cell(row: Row): ReactNode;
}

/** A list of rows. Its head stays in view. */
export function Table<Row extends { id: string }>({
  caption,
  columns,
  rows,
  empty,
}: {
  caption: string;
  columns: ReadonlyArray<Column<Row>>;
  rows: readonly Row[];
  empty: ReactNode;
}) {
  if (rows.length === 0) return empty;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is one of a form
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <div role="group" className={css.tableBox} tabIndex={0} aria-label={caption}>
      <table className={css.table}>
        <caption className={css.hidden}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, number }) => (
              <th key={name} scope="col" className={classes(number && css.number)}>
                {name || <span className={css.hidden}>{texts.common.edit}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {columns.map(({ name, number, cell }) => (
                <td key={name} className={classes(number && css.number)}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Pages by cursor: the next one and the first. */
export function Pager({
  shown,
  total,
  after,
  next,
}: {
  shown: number;
  total: number;
  /** The cursor of this page. */
  after: string | undefined;
  /** The cursor of the next one. */
  next: string | null | undefined;
}) {
  return (
    <nav className={css.pager} aria-label={texts.common.next}>
      <span className={css.muted}>{texts.common.count(formatCount(shown), formatCount(total))}</span>
      <span className={css.buttons}>
        {after !== undefined && (
          <Link to="." search={(old: object) => ({ ...old, after: undefined })} className={css.button}>
            {texts.common.first}
          </Link>
        )}
        {next != null && (
          <Link to="." search={(old: object) => ({ ...old, after: next })} className={css.button}>
            {texts.common.next}
          </Link>
        )}
      </span>
    </nav>
  );
}
