import { Link } from '@tanstack/react-router';
import { formatInstant, periodText } from '../format.js';
import type { PaymentsQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Money } from '../ui/money.js';
import type { Column } from '../ui/table.js';
import { PaymentBadge } from './badges.js';

export type PaymentRow = PaymentsQuery['payments']['nodes'][number];

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
  { name: texts.payments.period, nowrap: true, cell: ({ period }) => period && periodText(period) },
  {
    name: texts.payments.status,
    cell: ({ status }) => <PaymentBadge status={status} />,
  },
  { name: texts.payments.amount, number: true, cell: ({ amount }) => <Money money={amount} /> },
];
