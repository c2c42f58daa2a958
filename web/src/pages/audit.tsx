import { createRoute, useNavigate } from '@tanstack/react-router';
import { ask } from '../api.js';
import { formatCount, formatInstant, startOfDay } from '../format.js';
import { AuditLogDocument, type AuditLogQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Filters, TextField } from '../ui/controls.js';
import { Empty, Page } from '../ui/layout.js';
import { dayIn, textIn } from '../ui/search.js';
import { type Column, Pager, Table } from '../ui/table.js';
import { rootRoute } from './root.js';

const pageSize = 50;

interface AuditSearch {
  action?: string | undefined;
  subject?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  after?: string | undefined;
}

function parseSearch(given: Record<string, unknown>): AuditSearch {
  return {
    action: textIn(given.action),
    subject: textIn(given.subject),
    from: dayIn(given.from),
    to: dayIn(given.to),
    after: textIn(given.after),
  };
}

export const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  validateSearch: parseSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { after, from, to, action, subject } }) =>
    (
      await ask(AuditLogDocument, {
        first: pageSize,
        after,
        filter: { action, subject, from: startOfDay(from), to: startOfDay(to, 1) },
      })
    ).auditLog,
  component: AuditPage,
});

type Row = AuditLogQuery['auditLog']['nodes'][number];

const columns: Array<Column<Row>> = [
  { name: texts.audit.at, cell: ({ at }) => formatInstant(at) },
  { name: texts.audit.actor, cell: ({ actor }) => actor?.username },
  {
    name: texts.audit.action,
    cell: ({ action, count }) => (count > 1 ? `${action} × ${formatCount(count)}` : action),
  },
  {
    name: texts.audit.changes,
    cell: ({ changes }) =>
      changes.map(({ field, before, after }) => (
        <div key={field}>
          {field}: {before ?? '–'} → {after ?? '–'}
        </div>
      )),
  },
  { name: texts.audit.subject, cell: ({ subject }) => subject },
  { name: texts.audit.ip, cell: ({ ip }) => ip },
];

function AuditPage() {
  const { nodes, pageInfo, totalCount } = auditRoute.useLoaderData();
  const { after, ...filters } = auditRoute.useSearch();
  const navigate = useNavigate({ from: '/audit' });
  const clear = <ButtonLink to="/audit">{texts.common.clear}</ButtonLink>;
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <Page title={texts.audit.title}>
      <Filters
        key={JSON.stringify(filters)}
        onSubmit={(data) => void navigate({ search: parseSearch(Object.fromEntries(data)) })}
      >
        <TextField name="action" label={texts.audit.action} defaultValue={filters.action} />
        <TextField name="subject" label={texts.audit.subject} defaultValue={filters.subject} />
        <TextField type="date" name="from" label={texts.payments.from} defaultValue={filters.from} />
        <TextField type="date" name="to" label={texts.payments.to} defaultValue={filters.to} />
        <Button type="submit">{texts.common.apply}</Button>
        {isFiltered && clear}
      </Filters>
      <Table
        caption={texts.audit.title}
        columns={columns}
        rows={nodes}
        empty={
          <Empty title={texts.audit.emptyTitle} action={isFiltered ? clear : undefined}>
            {texts.audit.empty}
          </Empty>
        }
      />
      <Pager
        shown={nodes.length}
        total={totalCount}
        after={after}
        next={pageInfo.hasNextPage ? pageInfo.endCursor : null}
      />
    </Page>
  );
}
