import { createRoute, useNavigate } from '@tanstack/react-router';
import { ask } from '../api.js';
import { startOfDay } from '../format.js';
import { type PaymentKind, type PaymentStatus, PaymentsDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Filters, optionsOf, SelectField, TextField } from '../ui/controls.js';
import { Empty, Page } from '../ui/layout.js';
import { dayIn, oneOf, textIn } from '../ui/search.js';
import { Pager, Table } from '../ui/table.js';
import { paymentColumns } from './payment-columns.js';
import { rootRoute } from './root.js';
import { Totals } from './totals.js';

const pageSize = 50;

interface PaymentsSearch {
  kind?: PaymentKind | undefined;
  status?: PaymentStatus | undefined;
  from?: string | undefined;
  to?: string | undefined;
  currency?: string | undefined;
  after?: string | undefined;
}

function parseSearch(given: Record<string, unknown>): PaymentsSearch {
  return {
    kind: oneOf<PaymentKind>(given.kind, texts.kind),
    status: oneOf<PaymentStatus>(given.status, texts.paymentStatus),
    from: dayIn(given.from),
    to: dayIn(given.to),
    currency: textIn(given.currency)?.toUpperCase(),
    after: textIn(given.after),
  };
}

export const paymentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/payments',
  validateSearch: parseSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { after, from, to, ...filter } }) =>
    (
      await ask(PaymentsDocument, {
        first: pageSize,
        after,
        filter: { ...filter, issuedFrom: startOfDay(from), issuedTo: startOfDay(to, 1) },
      })
    ).payments,
  component: PaymentsPage,
});

function PaymentsPage() {
  const { nodes, pageInfo, totalCount } = paymentsRoute.useLoaderData();
  const { after, ...filters } = paymentsRoute.useSearch();
  const navigate = useNavigate({ from: '/payments' });
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const clear = <ButtonLink to="/payments">{texts.common.clear}</ButtonLink>;
  return (
    <Page title={texts.payments.title}>
      <Filters
        key={JSON.stringify(filters)}
        onSubmit={(data) => void navigate({ search: parseSearch(Object.fromEntries(data)) })}
      >
        <SelectField
          name="kind"
          label={texts.payments.kind}
          defaultValue={filters.kind ?? ''}
          options={optionsOf(texts.kind, texts.common.all)}
        />
        <SelectField
          name="status"
          label={texts.payments.status}
          defaultValue={filters.status ?? ''}
          options={optionsOf(texts.paymentStatus, texts.common.all)}
        />
        <TextField type="date" name="from" label={texts.payments.from} defaultValue={filters.from} />
        <TextField type="date" name="to" label={texts.payments.to} defaultValue={filters.to} />
        <TextField
          name="currency"
          label={texts.payments.currency}
          maxLength={3}
          defaultValue={filters.currency}
        />
        <Button type="submit">{texts.common.apply}</Button>
        {isFiltered && clear}
      </Filters>
      <Table
        caption={texts.payments.title}
        columns={paymentColumns}
        rows={nodes}
        empty={
          <Empty title={texts.payments.emptyTitle} action={isFiltered ? clear : undefined}>
            {texts.payments.empty}
          </Empty>
        }
      />
      <Pager
        shown={nodes.length}
        total={totalCount}
        after={after}
        next={pageInfo.hasNextPage ? pageInfo.endCursor : null}
      />
      <Totals title={texts.payments.totals} rows={nodes} />
    </Page>
  );
}
