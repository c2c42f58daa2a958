import { formatCount } from '../format.js';
import { texts } from '../texts/texts.js';
import { Empty } from '../ui/layout.js';
import { Money } from '../ui/money.js';
import { type Column, Table } from '../ui/table.js';
import type { PayRun } from './pay-run-record.js';

const columns: Array<Column<PayRun['totals'][number] & { id: string }>> = [
  { name: texts.payRun.currency, cell: ({ currency }) => currency },
  { name: texts.payRuns.employees, number: true, cell: ({ employees }) => formatCount(employees) },
  { name: texts.payRun.gross, number: true, cell: ({ gross }) => <Money money={gross} /> },
  { name: texts.payRun.deductions, number: true, cell: ({ deductions }) => <Money money={deductions} /> },
  { name: texts.payRuns.net, number: true, cell: ({ net }) => <Money money={net} /> },
  {
    name: texts.payRun.employerCost,
    number: true,
    cell: ({ employerCost }) => <Money money={employerCost} />,
  },
];

/** What a run comes to, for each currency. */
export const PayRunTotals = ({ payRun: { totals } }: { payRun: PayRun }) => (
  <Table
    caption={texts.payRun.totals}
    columns={columns}
    rows={totals.map((total) => ({ ...total, id: total.currency }))}
    empty={<Empty title={texts.payRun.nobody}>{texts.payRun.nobodyHint}</Empty>}
  />
);
