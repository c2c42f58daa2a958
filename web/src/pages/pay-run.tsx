import { Link, useNavigate, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { change } from '../api.js';
import { formatDay, formatInstant } from '../format.js';
import {
  ApprovePayRunDocument,
  CancelPayRunDocument,
  IssuePayRunDocument,
  type PayRunQuery,
  RecomputePayRunDocument,
  ReopenPayRunDocument,
} from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Buttons, Filters, optionsOf, SelectField, TextField } from '../ui/controls.js';
import { Failure } from '../ui/failure.js';
import { Badge, Dialog, Empty, Facts, Notice, Page, Progress, Section } from '../ui/layout.js';
import { Money, moneyText } from '../ui/money.js';
import { type Column, Pager, Table } from '../ui/table.js';
import { useAction } from '../ui/use-action.js';
import { parsePayRunSearch, payRunRoute } from './pay-run.route.js';
import { ItemDialog } from './pay-run-item.js';
import { StatusBadge } from './pay-runs.js';
import { periodText } from './payment-columns.js';

export type PayRun = NonNullable<PayRunQuery['payRun']>;
export type Item = PayRun['items']['nodes'][number];

export function PayRunPage() {
  const { payRun } = payRunRoute.useLoaderData();
  const [open, setOpen] = useState<string>();
  if (!payRun) {
    return (
      <Page title={texts.payRun.missing}>
        <Empty
          title={texts.payRun.missing}
          action={<ButtonLink to="/pay-runs">{texts.payRuns.title}</ButtonLink>}
        />
      </Page>
    );
  }
  const { kind, reason, period, payDate, status, draftedBy, approvedBy, approvedAt, issuedBy, issuedAt } =
    payRun;
  const item = payRun.items.nodes.find(({ employee }) => employee.id === open);
  return (
    <Page
      title={texts.payRun.title(periodText(period))}
      lead={reason ?? texts.payRunKind[kind]}
      actions={<Steps payRun={payRun} />}
    >
      <Facts
        facts={[
          [texts.payRuns.status, <StatusBadge key="status" status={status} />],
          [texts.payRuns.payDate, formatDay(payDate)],
          [texts.payRun.draftedBy, draftedBy.username],
          ...(approvedBy && approvedAt
            ? [[texts.payRun.approvedBy, `${approvedBy.username}, ${formatInstant(approvedAt)}`] as const]
            : []),
          ...(issuedBy && issuedAt
            ? [[texts.payRun.issuedBy, `${issuedBy.username}, ${formatInstant(issuedAt)}`] as const]
            : []),
        ]}
      />
      <Totals payRun={payRun} />
      <Notices title={texts.payRun.blockers} tone="bad" notices={payRun.blockers} />
      <Notices title={texts.payRun.warnings} tone="warn" notices={payRun.warnings} />
      <Items payRun={payRun} onOpen={setOpen} />
      {item && <ItemDialog payRun={payRun} item={item} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

function Totals({ payRun }: { payRun: PayRun }) {
  const rows = payRun.totals.map((total) => ({ ...total, id: total.currency }));
  const columns: Array<Column<(typeof rows)[number]>> = [
    { name: texts.payRun.currency, cell: ({ currency }) => currency },
    { name: texts.payRuns.employees, number: true, cell: ({ employees }) => employees },
    { name: texts.payRun.gross, number: true, cell: ({ gross }) => <Money money={gross} /> },
    { name: texts.payRun.deductions, number: true, cell: ({ deductions }) => <Money money={deductions} /> },
    { name: texts.payRuns.net, number: true, cell: ({ net }) => <Money money={net} /> },
    {
      name: texts.payRun.employerCost,
      number: true,
      cell: ({ employerCost }) => <Money money={employerCost} />,
    },
  ];
  return (
    <Section title={texts.payRun.totals}>
      <Table
        caption={texts.payRun.totals}
        columns={columns}
        rows={rows}
        empty={<Empty title={texts.payRun.nobody}>{texts.payRun.nobodyHint}</Empty>}
      />
    </Section>
  );
}

function Notices({
  title,
  tone,
  notices,
}: {
  title: string;
  tone: 'bad' | 'warn';
  notices: PayRun['blockers'];
}) {
  if (notices.nodes.length === 0) return null;
  return (
    <Section title={`${title} (${notices.totalCount})`}>
      <Notice tone={tone}>
        <ul>
          {notices.nodes.map(({ code, employee, message }) => (
            <li key={`${code} ${employee?.id} ${message}`}>
              {employee && (
                <Link to="/employees/$id" params={{ id: employee.id }}>
                  {employee.name}
                </Link>
              )}
              {': '}
              {texts.payRunNotice[code]}
            </li>
          ))}
        </ul>
      </Notice>
    </Section>
  );
}

function Items({ payRun, onOpen }: { payRun: PayRun; onOpen: (employeeId: string) => void }) {
  const { after, ...filters } = payRunRoute.useSearch();
  const navigate = useNavigate({ from: '/pay-runs/$id' });
  const { nodes, pageInfo, totalCount } = payRun.items;
  const columns: Array<Column<Item>> = [
    {
      name: texts.payRun.employee,
      cell: ({ employee }) => <Button onClick={() => onOpen(employee.id)}>{employee.name}</Button>,
    },
    { name: texts.payRun.gross, number: true, cell: ({ gross }) => <Money money={gross} /> },
    { name: texts.payRuns.net, number: true, cell: ({ net }) => <Money money={net} /> },
    {
      name: texts.payRun.employerCost,
      number: true,
      cell: ({ employerCost }) => <Money money={employerCost} />,
    },
    {
      name: texts.payRun.notices,
      cell: ({ notices }) => notices.map(({ code }) => <Badge key={code}>{texts.payRunNotice[code]}</Badge>),
    },
    {
      name: texts.payRun.payment,
      cell: ({ payment }) =>
        payment && (
          <Link to="/payments/$id" params={{ id: payment.id }}>
            {texts.paymentStatus[payment.status]}
          </Link>
        ),
    },
  ];
  return (
    <Section title={texts.payRun.items}>
      <Filters
        key={JSON.stringify(filters)}
        onSubmit={(data) => void navigate({ search: parsePayRunSearch(Object.fromEntries(data)) })}
      >
        <TextField name="search" label={texts.employees.search} defaultValue={filters.search} />
        <SelectField
          name="blocked"
          label={texts.payRun.blockers}
          defaultValue={filters.blocked ?? ''}
          options={optionsOf(texts.payRun.blocked, texts.common.all)}
        />
        <Button type="submit">{texts.common.apply}</Button>
      </Filters>
      <Table
        caption={texts.payRun.items}
        columns={columns}
        rows={nodes}
        empty={<Empty title={texts.payRun.nobody}>{texts.payRun.nobodyHint}</Empty>}
      />
      <Pager
        shown={nodes.length}
        total={totalCount}
        after={after}
        next={pageInfo.hasNextPage ? pageInfo.endCursor : null}
      />
    </Section>
  );
}

type Step = 'approve' | 'issue' | 'cancel';

/** What can be done next. What needs a second look asks first, with the totals and the hash in view. */
function Steps({ payRun }: { payRun: PayRun }) {
  const { me } = payRunRoute.useRouteContext();
  const { company } = payRunRoute.useLoaderData();
  const router = useRouter();
  const [asking, setAsking] = useState<Step>();
  const { id, version, status } = payRun;
  const recompute = useAction(async () => {
    await change(RecomputePayRunDocument, { id, version });
    await router.invalidate();
  });
  const reopen = useAction(async () => {
    await change(ReopenPayRunDocument, { id, version });
    await router.invalidate();
  });
  if (!me.admin || status === 'ISSUED' || status === 'CANCELLED') return null;
  const mayApprove = !company.requireSecondAdmin || payRun.draftedBy.username !== me.username;
  const isReady = payRun.blockers.nodes.length === 0 && payRun.employeeCount > 0;
  const error = recompute.error ?? reopen.error;
  return (
    <>
      {error !== undefined && <Failure error={error} onRetry={() => void router.invalidate()} />}
      {status === 'DRAFT' && (
        <>
          <Button busy={recompute.busy} onClick={() => void recompute.run()}>
            {texts.payRun.recompute}
          </Button>
          {isReady && mayApprove && (
            <Button look="primary" onClick={() => setAsking('approve')}>
              {texts.payRun.approve}
            </Button>
          )}
        </>
      )}
      {status === 'APPROVED' && (
        <>
          <Button busy={reopen.busy} onClick={() => void reopen.run()}>
            {texts.payRun.reopen}
          </Button>
          <Button look="primary" onClick={() => setAsking('issue')}>
            {texts.payRun.issue}
          </Button>
        </>
      )}
      <Button look="danger" onClick={() => setAsking('cancel')}>
        {texts.payRun.cancel}
      </Button>
      {status === 'DRAFT' && isReady && !mayApprove && <span>{texts.payRun.another}</span>}
      {asking && <StepDialog payRun={payRun} step={asking} onClose={() => setAsking(undefined)} />}
    </>
  );
}

function StepDialog({ payRun, step, onClose }: { payRun: PayRun; step: Step; onClose: () => void }) {
  const router = useRouter();
  const { id, version, contentHash, totals } = payRun;
  const act = useAction(async () => {
    if (step === 'approve') await change(ApprovePayRunDocument, { id, version, contentHash });
    if (step === 'issue') await change(IssuePayRunDocument, { id, version });
    if (step === 'cancel') await change(CancelPayRunDocument, { id, version });
    await router.invalidate();
    onClose();
  });
  return (
    <Dialog title={texts.payRun.stepTitle[step]} onClose={onClose}>
      <p>{texts.payRun.stepHint[step]}</p>
      <Facts
        facts={[
          [texts.payRuns.net, totals.map(({ net }) => moneyText(net)).join(', ')],
          [texts.payRuns.employees, payRun.employeeCount],
          [texts.payRun.hash, <code key="hash">{contentHash.slice(0, 16)}</code>],
        ]}
      />
      <Progress busy={act.busy} />
      {act.error !== undefined && <Failure error={act.error} onRetry={() => void router.invalidate()} />}
      <Buttons>
        <Button
          look={step === 'cancel' ? 'danger' : 'primary'}
          busy={act.busy}
          onClick={() => void act.run()}
        >
          {texts.payRun[step]}
        </Button>
      </Buttons>
    </Dialog>
  );
}
