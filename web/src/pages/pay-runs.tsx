import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { change } from '../api.js';
import { formatCount, formatDay, thisMonth } from '../format.js';
import {
  DraftPayRunDocument,
  type PayRunKind,
  type PayRunStatus,
  type PayRunsQuery,
} from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Filters, Form, optionsOf, Row, SelectField, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Badge, Dialog, Empty, Page, type Tone } from '../ui/layout.js';
import { moneyText } from '../ui/money.js';
import { oneOf } from '../ui/search.js';
import { type Column, Pager, Table } from '../ui/table.js';
import { useAction } from '../ui/use-action.js';
import { parsePayRunsSearch, payRunsRoute } from './pay-runs.route.js';
import { periodText } from './payment-columns.js';

type PayRunRow = PayRunsQuery['payRuns']['nodes'][number];

const tones: Record<PayRunStatus, Tone> = {
  DRAFT: 'neutral',
  APPROVED: 'warn',
  ISSUED: 'good',
  CANCELLED: 'bad',
};

export const StatusBadge = ({ status }: { status: PayRunStatus }) => (
  <Badge tone={tones[status]}>{texts.payRunStatus[status]}</Badge>
);

export function PayRunsPage() {
  const { nodes, pageInfo, totalCount } = payRunsRoute.useLoaderData();
  const { after, ...filters } = payRunsRoute.useSearch();
  const { me } = payRunsRoute.useRouteContext();
  const navigate = useNavigate({ from: '/pay-runs' });
  const [drafting, setDrafting] = useState(false);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const clear = <ButtonLink to="/pay-runs">{texts.common.clear}</ButtonLink>;
  const draft = me.admin && (
    <Button look="primary" onClick={() => setDrafting(true)}>
      {texts.payRuns.draft}
    </Button>
  );
  return (
    <Page title={texts.payRuns.title} actions={draft}>
      <Filters
        key={JSON.stringify(filters)}
        onSubmit={(data) => void navigate({ search: parsePayRunsSearch(Object.fromEntries(data)) })}
      >
        <SelectField
          name="status"
          label={texts.payRuns.status}
          defaultValue={filters.status ?? ''}
          options={optionsOf(texts.payRunStatus, texts.common.all)}
        />
        <SelectField
          name="kind"
          label={texts.payRuns.kind}
          defaultValue={filters.kind ?? ''}
          options={optionsOf(texts.payRunKind, texts.common.all)}
        />
        <Button type="submit">{texts.common.apply}</Button>
        {isFiltered && clear}
      </Filters>
      <Table
        caption={texts.payRuns.title}
        columns={columns}
        rows={nodes}
        empty={
          <Empty title={texts.payRuns.emptyTitle} action={isFiltered ? clear : undefined}>
            {texts.payRuns.empty}
          </Empty>
        }
      />
      <Pager
        shown={nodes.length}
        total={totalCount}
        after={after}
        next={pageInfo.hasNextPage ? pageInfo.endCursor : null}
      />
      {drafting && <DraftDialog onClose={() => setDrafting(false)} />}
    </Page>
  );
}

const columns: Array<Column<PayRunRow>> = [
  {
    name: texts.payRuns.period,
    cell: ({ id, period }) => (
      <Link to="/pay-runs/$id" params={{ id }}>
        {periodText(period)}
      </Link>
    ),
  },
  { name: texts.payRuns.payDate, cell: ({ payDate }) => formatDay(payDate) },
  { name: texts.payRuns.kind, cell: ({ kind, reason }) => reason ?? texts.payRunKind[kind] },
  { name: texts.payRuns.status, cell: ({ status }) => <StatusBadge status={status} /> },
  { name: texts.payRuns.employees, number: true, cell: ({ employeeCount }) => formatCount(employeeCount) },
  {
    name: texts.payRuns.net,
    number: true,
    cell: ({ totals }) => totals.map(({ net }) => moneyText(net)).join(', '),
  },
];

/** The key is made when the dialog opens: however often the draft is sent, there is one. */
function DraftDialog({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const [key] = useState(() => crypto.randomUUID());
  const [period, setPeriod] = useState(thisMonth);
  const [payDate, setPayDate] = useState(period.end);
  const [kind, setKind] = useState<PayRunKind>('REGULAR');
  const [reason, setReason] = useState('');
  const save = useAction(async () => {
    const input = { kind, period, payDate, idempotencyKey: key, ...(reason.trim() !== '' && { reason }) };
    const { draftPayRun } = await change(DraftPayRunDocument, { input });
    if (draftPayRun) await navigate({ to: '/pay-runs/$id', params: { id: draftPayRun.payRun.id } });
  });
  const fault = (field: string) =>
    fieldOf(save.error)?.split('.')[0] === field ? texts.invalid.generic : undefined;
  return (
    <Dialog title={texts.payRuns.draftTitle} onClose={onClose}>
      <Form onSubmit={() => void save.run()}>
        {save.error !== undefined && <Failure error={save.error} />}
        <SelectField
          label={texts.payRuns.kind}
          hint={texts.payRunKindHint[kind]}
          options={optionsOf(texts.payRunKind)}
          value={kind}
          onChange={({ currentTarget }) =>
            setKind(oneOf<PayRunKind>(currentTarget.value, texts.payRunKind) ?? kind)
          }
        />
        <Row>
          <TextField
            label={texts.payRuns.from}
            type="date"
            value={period.start}
            fault={fault('period')}
            onChange={({ currentTarget }) => setPeriod({ ...period, start: currentTarget.value })}
          />
          <TextField
            label={texts.payRuns.to}
            type="date"
            value={period.end}
            onChange={({ currentTarget }) => setPeriod({ ...period, end: currentTarget.value })}
          />
        </Row>
        <TextField
          label={texts.payRuns.payDate}
          type="date"
          value={payDate}
          fault={fault('payDate')}
          onChange={({ currentTarget }) => setPayDate(currentTarget.value)}
        />
        {kind === 'OFF_CYCLE' && (
          <TextField
            label={texts.payRuns.reason}
            value={reason}
            fault={fault('reason') && texts.common.required}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
        )}
        <Button look="primary" type="submit" busy={save.busy}>
          {texts.payRuns.draft}
        </Button>
      </Form>
    </Dialog>
  );
}
