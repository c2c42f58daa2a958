import type { ReactNode } from 'react';
import { texts } from '../texts/texts.js';
import { classes } from './controls.js';
import css from './table.module.css';

export interface Column<Row> {
  name: string;
  /** Numbers stand at the end, below each other. */
  number?: boolean;
  /** Days and times stay on one line. */
  nowrap?: boolean;
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
              {columns.map(({ name, number, nowrap, cell }) => (
                <td key={name} className={classes(number && css.number, nowrap && css.nowrap)}>
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
