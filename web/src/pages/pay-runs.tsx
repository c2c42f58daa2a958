import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatCount, formatDay, periodText } from '../format.js';
import type { PayRunsQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, optionsOf, SelectField } from '../ui/controls.js';
import { Page } from '../ui/layout.js';
import { List } from '../ui/list.js';
import { moneyText } from '../ui/money.js';
import type { Column } from '../ui/table.js';
import { PayRunBadge } from './badges.js';
import { DraftDialog } from './draft-dialog.js';
import { parsePayRunsSearch } from './pay-runs.search.js';

const route = getRouteApi('/pay-runs');

type PayRunRow = PayRunsQuery['payRuns']['nodes'][number];

const columns: Array<Column<PayRunRow>> = [
  {
    name: texts.payRuns.period,
    cell: ({ id, period }) => (
      <Link to="/pay-runs/$id" params={{ id }}>
        {periodText(period)}
      </Link>
    ),
  },
  { name: texts.payRuns.payDate, nowrap: true, cell: ({ payDate }) => formatDay(payDate) },
  { name: texts.payRuns.kind, cell: ({ kind, reason }) => reason ?? texts.payRunKind[kind] },
  { name: texts.payRuns.status, cell: ({ status }) => <PayRunBadge status={status} /> },
  { name: texts.payRuns.employees, number: true, cell: ({ employeeCount }) => formatCount(employeeCount) },
  {
    name: texts.payRuns.net,
    number: true,
    cell: ({ totals }) => totals.map(({ net }) => moneyText(net)).join(', '),
  },
];

export function PayRunsPage() {
  const search = route.useSearch();
  const { me } = route.useRouteContext();
  const [drafting, setDrafting] = useState(false);
  const draft = me.admin && (
    <Button look="primary" onClick={() => setDrafting(true)}>
      {texts.payRuns.draft}
    </Button>
  );
  return (
    <Page title={texts.payRuns.title} actions={draft}>
      <List
        title={texts.payRuns.title}
        columns={columns}
        page={route.useLoaderData()}
        search={search}
        parse={parsePayRunsSearch}
        empty={texts.payRuns}
        emptyAction={draft}
        filters={
          <>
            <SelectField
              name="status"
              label={texts.payRuns.status}
              defaultValue={search.status ?? ''}
              options={optionsOf(texts.payRunStatus, texts.common.all)}
            />
            <SelectField
              name="kind"
              label={texts.payRuns.kind}
              defaultValue={search.kind ?? ''}
              options={optionsOf(texts.payRunKind, texts.common.all)}
            />
          </>
        }
      />
      {drafting && <DraftDialog onClose={() => setDrafting(false)} />}
    </Page>
  );
}
