import type { EmployeeStatus, PaymentStatus, PayRunStatus } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Badge, type Tone } from '../ui/layout.js';

const employeeTones: Record<EmployeeStatus, Tone> = {
  ACTIVE: 'good',
  TERMINATED: 'neutral',
  UPCOMING: 'warn',
};

export const EmployeeBadge = ({ status }: { status: EmployeeStatus }) => (
  <Badge tone={employeeTones[status]}>{texts.status[status]}</Badge>
);

export const PaymentBadge = ({ status }: { status: PaymentStatus }) => (
  <Badge tone={status === 'ISSUED' ? 'good' : 'bad'}>{texts.paymentStatus[status]}</Badge>
);

const payRunTones: Record<PayRunStatus, Tone> = {
  DRAFT: 'neutral',
  APPROVED: 'warn',
  ISSUED: 'good',
  CANCELLED: 'bad',
};

export const PayRunBadge = ({ status }: { status: PayRunStatus }) => (
  <Badge tone={payRunTones[status]}>{texts.payRunStatus[status]}</Badge>
);
