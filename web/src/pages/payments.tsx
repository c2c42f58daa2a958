import { addMoney } from '@stipend/client';
import { createRoute, useNavigate } from '@tanstack/react-router';
import { ask } from '../api.js';
import { type PaymentKind, type PaymentStatus, PaymentsDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Filters, optionsOf, SelectField, TextField } from '../ui/controls.js';
import { Empty, Facts, Page, Section } from '../ui/layout.js';
import { type Amount, moneyText } from '../ui/money.js';
import { dayIn, oneOf, textIn } from '../ui/search.js';
import { Pager, Table } from '../ui/table.js';
import { type PaymentRow, paymentColumns } from './payment-columns.js';
import { rootRoute } from './root.js';

const pageSize = 50;
const msPerDay = 86_400_000;

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
        filter: { ...filter, issuedFrom: startOf(from), issuedTo: startOf(to, 1) },
      })
    ).payments,
  component: PaymentsPage,
});

/** The instant at which a day begins where the reader is. */
function startOf(day: string | undefined, daysLater = 0): string | undefined {
  if (day === undefined) return undefined;
  const start = new Date(`${day}T00:00:00`);
  return Number.isNaN(start.getTime())
    ? undefined
    : new Date(start.getTime() + daysLater * msPerDay).toISOString();
}

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
      {nodes.length > 0 && (
        <Section title={texts.payments.totals}>
          <Facts facts={totalsOf(nodes).map((total) => [total.currency, moneyText(total)])} />
          <p>{texts.payments.voidedLeftOut}</p>
        </Section>
      )}
    </Page>
  );
}

function totalsOf(rows: readonly PaymentRow[]): Amount[] {
  const totals = new Map<string, Amount>();
  for (const { amount, status } of rows) {
    const total = totals.get(amount.currency);
    if (status === 'ISSUED') totals.set(amount.currency, total ? addMoney(total, amount) : amount);
  }
  return [...totals.values()];
}
