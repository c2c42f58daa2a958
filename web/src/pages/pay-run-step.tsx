import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { ask, changeLong } from '../api.js';
import { formatCount, formatDay } from '../format.js';
import {
  ApprovePayRunDocument,
  CancelPayRunDocument,
  IssuePayRunDocument,
  PayRunStatusDocument,
} from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, Buttons } from '../ui/controls.js';
import { Failure } from '../ui/failure.js';
import { Dialog, Facts } from '../ui/layout.js';
import { useAction } from '../ui/use-action.js';
import type { PayRun } from './pay-run-record.js';
import { PayRunTotals } from './pay-run-totals.js';

export type Step = 'approve' | 'issue' | 'cancel';

/** Asks before a step, with the totals and the hash in view, and shows how far issuing is. */
export function StepDialog({ payRun, step, onClose }: { payRun: PayRun; step: Step; onClose: () => void }) {
  const router = useRouter();
  const { id, version, contentHash } = payRun;
  const act = useAction(async () => {
    if (step === 'approve') await changeLong(ApprovePayRunDocument, { id, version, contentHash });
    if (step === 'issue') await changeLong(IssuePayRunDocument, { id, version });
    if (step === 'cancel') await changeLong(CancelPayRunDocument, { id, version });
    await router.invalidate();
    onClose();
  });
  useWhenIssued(id, step === 'issue' && act.busy, () => {
    void router.invalidate();
    onClose();
  });
  return (
    <Dialog wide title={texts.payRun.stepTitle[step]} onClose={onClose}>
      <p>{texts.payRun.stepHint[step]}</p>
      <PayRunTotals payRun={payRun} />
      <Facts
        facts={[
          [texts.payRuns.employees, formatCount(payRun.employeeCount)],
          [texts.payRuns.payDate, formatDay(payRun.payDate)],
          [texts.payRun.hash, <code key="hash">{contentHash}</code>],
        ]}
      />
      {act.error !== undefined && <Failure error={act.error} onRetry={() => void router.invalidate()} />}
      <Buttons>
        <Button
          look={step === 'cancel' ? 'danger' : 'primary'}
          busy={act.busy}
          onClick={() => void act.run()}
        >
          {act.busy && step === 'issue' ? texts.payRun.issuing : texts.payRun[step]}
        </Button>
      </Buttons>
    </Dialog>
  );
}

const pollMs = 1_500;

/** Asks how far a run is while it is being issued: the answer to the mutation may be lost on the way. */
function useWhenIssued(id: string, isIssuing: boolean, act: () => void): void {
  const acting = useRef(act);
  acting.current = act;
  useEffect(() => {
    if (!isIssuing) return;
    const timer = setInterval(() => {
      ask(PayRunStatusDocument, { id })
        .then(({ payRun }) => payRun?.status === 'ISSUED' && acting.current())
        // The mutation says what went wrong.
        .catch(() => {});
    }, pollMs);
    return () => clearInterval(timer);
  }, [id, isIssuing]);
}
