import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatCount } from '../format.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Buttons, Filters } from './controls.js';
import { Empty } from './layout.js';
import { type Column, Table } from './table.js';
import css from './table.module.css';

interface ListProps<Row, Search> {
  title: string;
  columns: ReadonlyArray<Column<Row>>;
  page: {
    nodes: readonly Row[];
    pageInfo: { hasNextPage: boolean; endCursor?: string | null };
    totalCount: number;
  };
  /** What the URL has, with the cursor of this page. */
  search: Search;
  /** The fields of the filters, named like the search parameters that `parse` reads. */
  filters?: ReactNode;
  parse?: (given: Record<string, unknown>) => Search;
  /** Shown when the list has no entries at all. When filters match nothing, the list says so itself. */
  empty: { emptyTitle: string; empty: string };
  emptyAction?: ReactNode;
}

/** A list with its filters and its pages, both of which live in the URL. */
export function List<Row extends { id: string }, Search extends { after?: string | undefined }>({
  title,
  columns,
  page,
  search: { after, ...filters },
  filters: fields,
  parse,
  empty,
  emptyAction,
}: ListProps<Row, Search>) {
  const navigate = useNavigate();
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const clear = isFiltered && (
    <ButtonLink to="." search={{}}>
      {texts.common.clear}
    </ButtonLink>
  );
  return (
    <>
      {fields && parse && (
        <Filters
          key={JSON.stringify(filters)}
          onSubmit={(data) => void navigate({ to: '.', search: parse(Object.fromEntries(data)) })}
        >
          {fields}
          <Button type="submit">{texts.common.apply}</Button>
          {clear}
        </Filters>
      )}
      <Table
        caption={title}
        columns={columns}
        rows={page.nodes}
        empty={
          isFiltered ? (
            <Empty title={texts.common.noMatchTitle} action={clear}>
              {texts.common.noMatch}
            </Empty>
          ) : (
            <Empty title={empty.emptyTitle} action={emptyAction}>
              {empty.empty}
            </Empty>
          )
        }
      />
      <Pager
        shown={page.nodes.length}
        total={page.totalCount}
        isFirst={after === undefined}
        next={page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null}
      />
    </>
  );
}

interface PagerProps {
  shown: number;
  total: number;
  isFirst: boolean;
  /** The cursor of the next page. */
  next: string | null | undefined;
}

/** Pages by cursor: the next one and the first. */
function Pager({ shown, total, isFirst, next }: PagerProps) {
  return (
    <nav className={css.pager} aria-label={texts.common.next}>
      <span className={css.muted}>{texts.common.count(formatCount(shown), formatCount(total))}</span>
      <Buttons>
        {!isFirst && (
          <ButtonLink to="." search={(old: object) => ({ ...old, after: undefined })}>
            {texts.common.first}
          </ButtonLink>
        )}
        {next != null && (
          <ButtonLink to="." search={(old: object) => ({ ...old, after: next })}>
            {texts.common.next}
          </ButtonLink>
        )}
      </Buttons>
    </nav>
  );
}
