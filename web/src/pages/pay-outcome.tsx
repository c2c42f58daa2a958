import { isStipendError } from '@stipend/client';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Buttons } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Notice } from '../ui/layout.js';
import { moneyText } from '../ui/money.js';

/** Why nothing was paid, or why it is not known. */
export function PayFailure({
  error,
  employeeId,
  onAnother,
}: {
  error: unknown;
  employeeId: string;
  onAnother: () => void;
}) {
  if (error === undefined) return null;
  const payments = (
    <ButtonLink to="/employees/$id" params={{ id: employeeId }}>
      {texts.pay.showPayments}
    </ButtonLink>
  );
  if (isStipendError(error, 'IDEMPOTENCY_MISMATCH')) {
    return (
      <Notice tone="bad">
        <span>{texts.pay.otherDetails}</span>
        <Buttons>
          {payments}
          <Button onClick={onAnother}>{texts.pay.another}</Button>
        </Buttons>
      </Notice>
    );
  }
  if (isStipendError(error, 'BAD_USER_INPUT') && fieldOf(error) === 'employeeId')
    return <Notice tone="bad">{texts.pay.notEmployed}</Notice>;
  if (isStipendError(error, 'NO_ANSWER')) {
    return (
      <Failure error={error}>
        <span>{texts.pay.open}</span>
      </Failure>
    );
  }
  return (
    <Failure error={error}>{isStipendError(error, 'ALREADY_PAID') && <Buttons>{payments}</Buttons>}</Failure>
  );
}

interface PaidProps {
  result: {
    replayed: boolean;
    payment: { id: string; amount: Parameters<typeof moneyText>[0]; employee: { name: string } };
  };
  employeeId: string;
  onAnother: () => void;
}

/** What was paid, now or when it was sent before. */
export function Paid({ result: { replayed, payment }, employeeId, onAnother }: PaidProps) {
  const say = replayed ? texts.pay.replayed : texts.pay.issued;
  return (
    <>
      <Notice tone="good">{say(moneyText(payment.amount), payment.employee.name)}</Notice>
      <Buttons>
        <ButtonLink look="primary" to="/payments/$id" params={{ id: payment.id }}>
          {texts.pay.show}
        </ButtonLink>
        <ButtonLink to="/employees/$id" params={{ id: employeeId }}>
          {payment.employee.name}
        </ButtonLink>
        <Button onClick={onAnother}>{texts.pay.another}</Button>
      </Buttons>
    </>
  );
}
