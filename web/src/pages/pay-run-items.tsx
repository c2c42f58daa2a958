import { subtractMoney } from '@stipend/client';
import { getRouteApi, Link } from '@tanstack/react-router';
import { periodText } from '../format.js';
import { texts } from '../texts/texts.js';
import { Button, optionsOf, SelectField, TextField } from '../ui/controls.js';
import { Section } from '../ui/layout.js';
import { List } from '../ui/list.js';
import { Money } from '../ui/money.js';
import type { Column } from '../ui/table.js';
import { NoticeBadges } from './badges.js';
import type { Item, LastRun, PayRun } from './pay-run-record.js';
import { parsePayRunSearch } from './pay-runs.search.js';

const route = getRouteApi('/pay-runs/$id');

interface PayRunItemsProps {
  payRun: PayRun;
  last: LastRun | undefined;
  onOpen: (employeeId: string) => void;
}

export function PayRunItems({ payRun, last, onOpen }: PayRunItemsProps) {
  const search = route.useSearch();
  const columns: Array<Column<Item>> = [
    {
      name: texts.payRun.employee,
      cell: ({ employee }) => (
        <Button look="link" onClick={() => onOpen(employee.id)}>
          {employee.name}
        </Button>
      ),
    },
    {
      name: texts.payRun.notices,
      cell: ({ notices }) => notices.length > 0 && <NoticeBadges notices={notices} />,
    },
    { name: texts.payRun.gross, number: true, cell: ({ gross }) => <Money money={gross} /> },
    { name: texts.payRuns.net, number: true, cell: ({ net }) => <Money money={net} /> },
    ...(last
      ? [{ name: texts.payRun.difference, number: true, cell: (item: Item) => <Difference item={item} /> }]
      : []),
    {
      name: texts.payRun.employerCost,
      number: true,
      cell: ({ employerCost }) => <Money money={employerCost} />,
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
      {last && <p>{texts.payRun.compared(periodText(last.period))}</p>}
      <List
        title={texts.payRun.items}
        columns={columns}
        page={payRun.items}
        search={search}
        parse={parsePayRunSearch}
        empty={{ emptyTitle: texts.payRun.nobody, empty: texts.payRun.nobodyHint }}
        filters={
          <>
            <TextField name="search" label={texts.employees.search} defaultValue={search.search} />
            <SelectField
              name="blocked"
              label={texts.payRun.blockers}
              defaultValue={search.blocked ?? ''}
              options={optionsOf(texts.payRun.blocked, texts.common.all)}
            />
          </>
        }
      />
    </Section>
  );
}

/** Of the net pay, to what was paid with the last run. */
function Difference({ item: { net, employee } }: { item: Item }) {
  const before = employee.payments?.nodes[0]?.amount;
  if (!before || before.currency !== net.currency) return texts.payRun.newHere;
  const difference = subtractMoney(net, before);
  return Number(difference.amount) === 0 ? '–' : <Money money={difference} signed />;
}
