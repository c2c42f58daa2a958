import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { formatInstant, periodText } from '../format.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink } from '../ui/controls.js';
import { Facts, Page } from '../ui/layout.js';
import { moneyText } from '../ui/money.js';
import { PaymentBadge } from './badges.js';
import { MissingPayment } from './missing.js';
import { VoidDialog } from './void-dialog.js';

const route = getRouteApi('/payments/$id');

export function PaymentPage() {
  const payment = route.useLoaderData();
  const { me } = route.useRouteContext();
  const router = useRouter();
  const [voiding, setVoiding] = useState(false);
  if (!payment) return <MissingPayment />;
  const { id, employee, amount, kind, period, note, status, issuedAt, issuedBy } = payment;
  const { voidedAt, voidedBy, voidReason, replaces, replacedBy } = payment;
  const link = (other: string) => (
    <Link to="/payments/$id" params={{ id: other }}>
      {other}
    </Link>
  );
  return (
    <Page
      title={moneyText(amount)}
      lead={
        <>
          {texts.kind[kind]},{' '}
          <Link to="/employees/$id" params={{ id: employee.id }}>
            {employee.name}
          </Link>
        </>
      }
      actions={
        <>
          <Button onClick={() => window.print()}>{texts.common.print}</Button>
          {me.admin && status === 'ISSUED' && (
            <Button look="danger" onClick={() => setVoiding(true)}>
              {texts.voiding.action}
            </Button>
          )}
          {me.admin && status === 'VOIDED' && !replacedBy && (
            <ButtonLink
              look="primary"
              to="/employees/$id/pay"
              params={{ id: employee.id }}
              search={{ replaces: id }}
            >
              {texts.voiding.replace}
            </ButtonLink>
          )}
        </>
      }
    >
      <Facts
        facts={[
          [texts.payments.status, <PaymentBadge key="status" status={status} />],
          [texts.payments.issuedAt, formatInstant(issuedAt)],
          [texts.payment.issuedBy, issuedBy.username],
          ...(period ? [[texts.payments.period, periodText(period)] as const] : []),
          ...(note ? [[texts.payments.note, note] as const] : []),
          ...(voidedAt ? [[texts.payment.voidedAt, formatInstant(voidedAt)] as const] : []),
          ...(voidedBy ? [[texts.payment.voidedBy, voidedBy.username] as const] : []),
          ...(voidReason ? [[texts.payment.voidReason, voidReason] as const] : []),
          ...(replaces ? [[texts.payment.replaces, link(replaces.id)] as const] : []),
          ...(replacedBy ? [[texts.payment.replacedBy, link(replacedBy.id)] as const] : []),
          [texts.payment.id, id],
        ]}
      />
      {voiding && (
        <VoidDialog
          id={id}
          onClose={() => setVoiding(false)}
          onDone={() => {
            setVoiding(false);
            void router.invalidate();
          }}
        />
      )}
    </Page>
  );
}
