import { isStipendError } from '@stipend/client';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatWait } from '../format.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Buttons } from './controls.js';
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
      return sentences[conflictOf(error)];
    case 'IDEMPOTENCY_MISMATCH':
      return sentences.otherInput;
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

/** Somebody was faster, or what was entered is another's already, or it can't be done now for the reason that it gives. */
function conflictOf(error: unknown): 'conflict' | 'badInput' | 'notNow' {
  const field = fieldOf(error);
  if (field === 'version' || field === 'contentHash') return 'conflict';
  return field === undefined || field === 'id' || field === 'replaces' ? 'notNow' : 'badInput';
}

/** The path of the field that an error names. */
export function fieldOf(error: unknown): string | undefined {
  return isStipendError(error) && 'field' in error.extensions ? error.extensions.field : undefined;
}

interface FailureProps {
  error: unknown;
  /** Whether a page says already that something went wrong. */
  isTitled?: boolean;
  onRetry?: (() => void) | undefined;
  children?: ReactNode;
}

export function Failure({ error, isTitled = false, onRetry, children }: FailureProps) {
  const conflict = isStipendError(error, 'CONFLICT') ? conflictOf(error) : undefined;
  return (
    <Notice tone="bad">
      {!isTitled && <strong>{texts.error.title}</strong>}
      <span>{sentenceOf(error)}</span>
      {conflict === 'notNow' && isStipendError(error) && <span lang="en">{error.message}</span>}
      {children}
      {conflict === 'conflict' && !onRetry && <LoadNewest />}
      {onRetry && (
        <Buttons>
          <Button onClick={onRetry}>{texts.common.retry}</Button>
        </Buttons>
      )}
    </Notice>
  );
}

/** What was typed stays, and can be sent again for what is there by now. */
function LoadNewest() {
  const router = useRouter();
  return (
    <Buttons>
      <Button onClick={() => void router.invalidate()}>{texts.error.newest}</Button>
    </Buttons>
  );
}

/** Of which another try gets the same answer. */
const finalCodes: ReadonlySet<string> = new Set([
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'QUERY_TOO_COMPLEX',
]);

/** In place of a page whose data could not be read. */
export function PageFailure({ error }: ErrorComponentProps) {
  const router = useRouter();
  const isFinal = isStipendError(error) && finalCodes.has(error.code);
  return (
    <Page title={texts.error.title}>
      <Failure isTitled error={error} onRetry={isFinal ? undefined : () => void router.invalidate()}>
        {isFinal && (
          <Buttons>
            <ButtonLink to="/">{texts.error.toStart}</ButtonLink>
          </Buttons>
        )}
      </Failure>
    </Page>
  );
}
