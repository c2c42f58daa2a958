import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { changeLong } from '../api.js';
import { RecomputePayRunDocument, ReopenPayRunDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button } from '../ui/controls.js';
import { Failure } from '../ui/failure.js';
import { useAction } from '../ui/use-action.js';
import { EditDialog } from './pay-run-edit.js';
import { LinesDialog } from './pay-run-lines.js';
import { type HistoryEntry, hasMade, type PayRun } from './pay-run-record.js';
import { type Step, StepDialog } from './pay-run-step.js';

const route = getRouteApi('/pay-runs/$id');

/** What can be done next. What needs a second look asks first, with the totals and the hash in view. */
interface PayRunStepsProps {
  payRun: PayRun;
  requireSecondAdmin: boolean;
  history: readonly HistoryEntry[];
}

export function PayRunSteps({ payRun, requireSecondAdmin, history }: PayRunStepsProps) {
  const { me } = route.useRouteContext();
  const router = useRouter();
  const [asking, setAsking] = useState<Step | 'import' | 'edit'>();
  const { id, version, status } = payRun;
  const recompute = useAction(async () => {
    await changeLong(RecomputePayRunDocument, { id, version });
    await router.invalidate();
  });
  const reopen = useAction(async () => {
    await changeLong(ReopenPayRunDocument, { id, version });
    await router.invalidate();
  });
  if (!me.admin || status === 'ISSUED' || status === 'CANCELLED') return null;
  const mayApprove = !requireSecondAdmin || !hasMade(me.username, payRun, history);
  const isReady = payRun.blockers.nodes.length === 0 && payRun.employeeCount > 0;
  const error = recompute.error ?? reopen.error;
  return (
    <>
      {error !== undefined && <Failure error={error} onRetry={() => void router.invalidate()} />}
      <Button onClick={() => setAsking('edit')}>{texts.common.edit}</Button>
      <Button onClick={() => setAsking('import')}>{texts.payRun.importLines}</Button>
      {status === 'DRAFT' && (
        <>
          <Button busy={recompute.busy} onClick={() => void recompute.run()}>
            {texts.payRun.recompute}
          </Button>
          {isReady && mayApprove && (
            <Button look="primary" onClick={() => setAsking('approve')}>
              {texts.payRun.approve}
            </Button>
          )}
        </>
      )}
      {status === 'APPROVED' && (
        <>
          <Button busy={reopen.busy} onClick={() => void reopen.run()}>
            {texts.payRun.reopen}
          </Button>
          <Button look="primary" onClick={() => setAsking('issue')}>
            {texts.payRun.issue}
          </Button>
        </>
      )}
      <Button look="danger" onClick={() => setAsking('cancel')}>
        {texts.payRun.cancel}
      </Button>
      {status === 'DRAFT' && isReady && !mayApprove && <span>{texts.payRun.another}</span>}
      {asking === 'import' && <LinesDialog payRun={payRun} onClose={() => setAsking(undefined)} />}
      {asking === 'edit' && <EditDialog payRun={payRun} onClose={() => setAsking(undefined)} />}
      {asking && asking !== 'import' && asking !== 'edit' && (
        <StepDialog payRun={payRun} step={asking} onClose={() => setAsking(undefined)} />
      )}
    </>
  );
}
