import { getRouteApi } from '@tanstack/react-router';
import { formatCount, formatInstant } from '../format.js';
import type { AuditLogQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { TextField } from '../ui/controls.js';
import { Page } from '../ui/layout.js';
import { List } from '../ui/list.js';
import type { Column } from '../ui/table.js';
import { parseAuditSearch } from './audit.search.js';

const route = getRouteApi('/audit');

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

export function AuditPage() {
  const search = route.useSearch();
  return (
    <Page title={texts.audit.title}>
      <List
        title={texts.audit.title}
        columns={columns}
        page={route.useLoaderData()}
        search={search}
        parse={parseAuditSearch}
        empty={texts.audit}
        filters={
          <>
            <TextField name="action" label={texts.audit.action} defaultValue={search.action} />
            <TextField name="subject" label={texts.audit.subject} defaultValue={search.subject} />
            <TextField type="date" name="from" label={texts.payments.from} defaultValue={search.from} />
            <TextField type="date" name="to" label={texts.payments.to} defaultValue={search.to} />
          </>
        }
      />
    </Page>
  );
}
