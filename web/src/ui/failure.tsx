import { isStipendError } from '@stipend/client';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatWait } from '../format.js';
import { texts } from '../texts/texts.js';
import { Button, Buttons } from './controls.js';
import { Notice, Page } from './layout.js';

/** What went wrong, as a sentence with a way on. */
export function sentenceOf(error: unknown): string {
  const { error: sentences } = texts;
  if (!isStipendError(error)) return sentences.internal;
  switch (error.code) {
    case 'NO_ANSWER':
      return navigator.onLine ? sentences.noAnswer : sentences.offline;
    case 'UNAUTHENTICATED':
      return sentences.unauthenticated;
    case 'FORBIDDEN':
      return sentences.forbidden;
    case 'NOT_FOUND':
      return sentences.notFound;
    case 'CONFLICT':
    case 'IDEMPOTENCY_MISMATCH':
      return sentences.conflict;
    case 'ALREADY_PAID':
      return texts.pay.alreadyPaid;
    case 'RATE_LIMITED':
      return sentences.rateLimited(formatWait(error.extensions.retryAfterSeconds ?? 1));
    case 'SERVICE_UNAVAILABLE':
      return sentences.unavailable;
    case 'BAD_USER_INPUT':
      return sentences.badInput;
    case 'QUERY_TOO_COMPLEX':
      return sentences.tooComplex;
    default:
      return sentences.internal;
  }
}

/** The path of the field that an error names. */
export function fieldOf(error: unknown): string | undefined {
  return isStipendError(error) && 'field' in error.extensions ? error.extensions.field : undefined;
}

export function Failure({
  error,
  onRetry,
  children,
}: {
  error: unknown;
  onRetry?: () => void;
  children?: ReactNode;
}) {
  return (
    <Notice tone="bad">
      <strong>{texts.error.title}</strong>
      <span>{sentenceOf(error)}</span>
      {children}
      {onRetry && (
        <Buttons>
          <Button onClick={onRetry}>{texts.common.retry}</Button>
        </Buttons>
      )}
    </Notice>
  );
}

/** In place of a page whose data could not be read. */
export function PageFailure({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <Page title={texts.error.title}>
      <Failure error={error} onRetry={() => void router.invalidate()} />
    </Page>
  );
}
