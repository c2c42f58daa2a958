import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatDay, formatInstant, periodText } from '../format.js';
import { texts } from '../texts/texts.js';
import { Facts, Notice, Page, Section } from '../ui/layout.js';
import { PayRunBadge } from './badges.js';
import { MissingPayRun } from './missing.js';
import { History, SinceApproval } from './pay-run-history.js';
import { ItemDialog } from './pay-run-item.js';
import { PayRunItems } from './pay-run-items.js';
import type { PayRun } from './pay-run-record.js';
import { PayRunSteps } from './pay-run-steps.js';
import { PayRunTotals } from './pay-run-totals.js';
import { VoidedNotice } from './pay-run-voided.js';

const route = getRouteApi('/pay-runs/$id');

export function PayRunPage() {
  const data = route.useLoaderData();
  const [open, setOpen] = useState<string>();
  if (!data) return <MissingPayRun />;
  const { payRun, company, last, history, voided } = data;
  const { kind, reason, period, payDate, status, draftedBy, approvedBy, approvedAt, issuedBy, issuedAt } =
    payRun;
  const item = payRun.items.nodes.find(({ employee }) => employee.id === open);
  return (
    <Page
      title={texts.payRun.title(periodText(period))}
      lead={reason ?? texts.payRunKind[kind]}
      actions={
        <PayRunSteps payRun={payRun} requireSecondAdmin={company.requireSecondAdmin} history={history} />
      }
    >
      <Facts
        facts={[
          [texts.payRuns.status, <PayRunBadge key="status" status={status} />],
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
      <VoidedNotice payRun={payRun} voided={voided} />
      <SinceApproval payRun={payRun} history={history} />
      <Section title={texts.payRun.totals}>
        <PayRunTotals payRun={payRun} />
      </Section>
      <Notices title={texts.payRun.blockers} tone="bad" notices={payRun.blockers} />
      <Notices title={texts.payRun.warnings} tone="warn" notices={payRun.warnings} />
      <PayRunItems payRun={payRun} last={last} onOpen={setOpen} />
      <History history={history} />
      {item && <ItemDialog payRun={payRun} item={item} onClose={() => setOpen(undefined)} />}
    </Page>
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
