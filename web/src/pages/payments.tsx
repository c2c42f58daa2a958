import { Await, getRouteApi } from '@tanstack/react-router';
import type { PaymentSumsQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { ButtonLink, optionsOf, SelectField, TextField } from '../ui/controls.js';
import { Page, Skeleton } from '../ui/layout.js';
import { List } from '../ui/list.js';
import { type PaymentRow, paymentColumns } from './payment-columns.js';
import { totalsOfFilter, totalsOfRows } from './payment-totals.js';
import { type PaymentsSearch, parsePaymentsSearch } from './payments.search.js';
import { pageTotals, Totals } from './totals.js';

const route = getRouteApi('/payments');

export function PaymentsPage() {
  const { payments, sums } = route.useLoaderData();
  const search = route.useSearch();
  const { me } = route.useRouteContext();
  return (
    <Page title={texts.payments.title}>
      <List
        title={texts.payments.title}
        columns={paymentColumns}
        page={payments}
        search={search}
        parse={parsePaymentsSearch}
        empty={texts.payments}
        emptyAction={me.admin && <ButtonLink to="/pay-runs">{texts.payRuns.title}</ButtonLink>}
        filters={
          <>
            <SelectField
              name="kind"
              label={texts.payments.kind}
              defaultValue={search.kind ?? ''}
              options={optionsOf(texts.kind, texts.common.all)}
            />
            <SelectField
              name="status"
              label={texts.payments.status}
              defaultValue={search.status ?? ''}
              options={optionsOf(texts.paymentStatus, texts.common.all)}
            />
            <TextField type="date" name="from" label={texts.payments.from} defaultValue={search.from} />
            <TextField type="date" name="to" label={texts.payments.to} defaultValue={search.to} />
            <TextField
              name="currency"
              label={texts.payments.currency}
              maxLength={3}
              defaultValue={search.currency}
            />
          </>
        }
      />
      {sums ? (
        <Await promise={sums} fallback={<Skeleton rows={2} />}>
          {(loaded) =>
            loaded ? <FilterTotals sums={loaded} search={search} /> : <PageTotals rows={payments.nodes} />
          }
        </Await>
      ) : (
        <PageTotals rows={payments.nodes} />
      )}
    </Page>
  );
}

function FilterTotals({
  sums,
  search,
}: {
  sums: PaymentSumsQuery['payrollSummary'];
  search: PaymentsSearch;
}) {
  const { status, from, to } = search;
  const isByDay = (from ?? to) !== undefined;
  return (
    <Totals
      title={texts.payments.totalsOfAll}
      totals={totalsOfFilter(sums, search)}
      hint={[
        ...(status === 'VOIDED' ? [] : [texts.payments.voidedLeftOut]),
        ...(isByDay ? [texts.payments.companyDays] : []),
      ].join(' ')}
    />
  );
}

const PageTotals = ({ rows }: { rows: readonly PaymentRow[] }) => (
  <Totals {...pageTotals} totals={totalsOfRows(rows)} />
);
