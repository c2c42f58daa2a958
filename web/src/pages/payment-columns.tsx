import { Link } from '@tanstack/react-router';
import { formatDay, formatInstant } from '../format.js';
import type { PaymentsQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Badge } from '../ui/layout.js';
import { Money } from '../ui/money.js';
import type { Column } from '../ui/table.js';

export type PaymentRow = PaymentsQuery['payments']['nodes'][number];

export const periodText = ({ start, end }: { start: string; end: string }): string =>
  `${formatDay(start)} – ${formatDay(end)}`;

export const paymentColumns: Array<Column<PaymentRow>> = [
  {
    name: texts.payments.issuedAt,
    cell: ({ id, issuedAt }) => (
      <Link to="/payments/$id" params={{ id }}>
        {formatInstant(issuedAt)}
      </Link>
    ),
  },
  {
    name: texts.payments.employee,
    cell: ({ employee: { id, name } }) => (
      <Link to="/employees/$id" params={{ id }}>
        {name}
      </Link>
    ),
  },
  { name: texts.payments.kind, cell: ({ kind }) => texts.kind[kind] },
  { name: texts.payments.period, cell: ({ period }) => period && periodText(period) },
  {
    name: texts.payments.status,
    cell: ({ status }) => (
      <Badge tone={status === 'ISSUED' ? 'good' : 'bad'}>{texts.paymentStatus[status]}</Badge>
    ),
  },
  { name: texts.payments.amount, number: true, cell: ({ amount }) => <Money money={amount} /> },
];
