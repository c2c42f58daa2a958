import { getRouteApi } from '@tanstack/react-router';
import { texts } from '../texts/texts.js';
import { optionsOf, SelectField, TextField } from '../ui/controls.js';
import { Page } from '../ui/layout.js';
import { List } from '../ui/list.js';
import { paymentColumns } from './payment-columns.js';
import { parsePaymentsSearch } from './payments.search.js';
import { Totals } from './totals.js';

const route = getRouteApi('/payments');

export function PaymentsPage() {
  const page = route.useLoaderData();
  const search = route.useSearch();
  return (
    <Page title={texts.payments.title}>
      <List
        title={texts.payments.title}
        columns={paymentColumns}
        page={page}
        search={search}
        parse={parsePaymentsSearch}
        empty={texts.payments}
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
      <Totals title={texts.payments.totals} rows={page.nodes} />
    </Page>
  );
}
