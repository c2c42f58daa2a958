import type { EmployeeStatus, PaymentStatus, PayRunNoticeCode, PayRunStatus } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Badge, Badges, type Tone } from '../ui/layout.js';

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

const blockers: ReadonlySet<PayRunNoticeCode> = new Set([
  'NO_BANK_ACCOUNT',
  'ALREADY_PAID',
  'NEGATIVE_NET',
  'NO_UNITS',
  'CURRENCY_MISMATCH',
]);

/** Of an item, blockers first. */
export const NoticeBadges = ({ notices }: { notices: ReadonlyArray<{ code: PayRunNoticeCode }> }) => (
  <Badges>
    {notices.map(({ code }) => (
      <Badge key={code} tone={blockers.has(code) ? 'bad' : 'warn'}>
        {texts.payRunNotice[code]}
      </Badge>
    ))}
  </Badges>
);
