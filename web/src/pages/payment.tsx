import { createRoute, Link, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../api.js';
import { formatInstant } from '../format.js';
import { PaymentDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink } from '../ui/controls.js';
import { Badge, Empty, Facts, Page } from '../ui/layout.js';
import { moneyText } from '../ui/money.js';
import { periodText } from './payment-columns.js';
import { rootRoute } from './root.js';
import { VoidDialog } from './void-dialog.js';

export const paymentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/payments/$id',
  loader: async ({ params }) => (await ask(PaymentDocument, params)).payment,
  component: PaymentPage,
});

function PaymentPage() {
  const payment = paymentRoute.useLoaderData();
  const { me } = paymentRoute.useRouteContext();
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
          [
            texts.payments.status,
            <Badge key="status" tone={status === 'ISSUED' ? 'good' : 'bad'}>
              {texts.paymentStatus[status]}
            </Badge>,
          ],
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

function MissingPayment() {
  return (
    <Page title={texts.payment.missingTitle}>
      <Empty title={texts.payment.missingTitle} action={<Link to="/payments">{texts.payments.title}</Link>}>
        {texts.payment.missing}
      </Empty>
    </Page>
  );
}
