import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { change } from '../api.js';
import {
  ApprovePayRunDocument,
  CancelPayRunDocument,
  IssuePayRunDocument,
  RecomputePayRunDocument,
  ReopenPayRunDocument,
} from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, Buttons } from '../ui/controls.js';
import { Failure } from '../ui/failure.js';
import { Dialog, Facts, Progress } from '../ui/layout.js';
import { moneyText } from '../ui/money.js';
import { useAction } from '../ui/use-action.js';
import type { PayRun } from './pay-run-record.js';

const route = getRouteApi('/pay-runs/$id');

type Step = 'approve' | 'issue' | 'cancel';

/** What can be done next. What needs a second look asks first, with the totals and the hash in view. */
export function PayRunSteps({ payRun }: { payRun: PayRun }) {
  const { me } = route.useRouteContext();
  const { company } = route.useLoaderData();
  const router = useRouter();
  const [asking, setAsking] = useState<Step>();
  const { id, version, status } = payRun;
  const recompute = useAction(async () => {
    await change(RecomputePayRunDocument, { id, version });
    await router.invalidate();
  });
  const reopen = useAction(async () => {
    await change(ReopenPayRunDocument, { id, version });
    await router.invalidate();
  });
  if (!me.admin || status === 'ISSUED' || status === 'CANCELLED') return null;
  const mayApprove = !company.requireSecondAdmin || payRun.draftedBy.username !== me.username;
  const isReady = payRun.blockers.nodes.length === 0 && payRun.employeeCount > 0;
  const error = recompute.error ?? reopen.error;
  return (
    <>
      {error !== undefined && <Failure error={error} onRetry={() => void router.invalidate()} />}
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
      {asking && <StepDialog payRun={payRun} step={asking} onClose={() => setAsking(undefined)} />}
    </>
  );
}

function StepDialog({ payRun, step, onClose }: { payRun: PayRun; step: Step; onClose: () => void }) {
  const router = useRouter();
  const { id, version, contentHash, totals } = payRun;
  const act = useAction(async () => {
    if (step === 'approve') await change(ApprovePayRunDocument, { id, version, contentHash });
    if (step === 'issue') await change(IssuePayRunDocument, { id, version });
    if (step === 'cancel') await change(CancelPayRunDocument, { id, version });
    await router.invalidate();
    onClose();
  });
  return (
    <Dialog title={texts.payRun.stepTitle[step]} onClose={onClose}>
      <p>{texts.payRun.stepHint[step]}</p>
      <Facts
        facts={[
          [texts.payRuns.net, totals.map(({ net }) => moneyText(net)).join(', ')],
          [texts.payRuns.employees, payRun.employeeCount],
          [texts.payRun.hash, <code key="hash">{contentHash.slice(0, 16)}</code>],
        ]}
      />
      <Progress busy={act.busy} />
      {act.error !== undefined && <Failure error={act.error} onRetry={() => void router.invalidate()} />}
      <Buttons>
        <Button
          look={step === 'cancel' ? 'danger' : 'primary'}
          busy={act.busy}
          onClick={() => void act.run()}
        >
          {texts.payRun[step]}
        </Button>
      </Buttons>
    </Dialog>
  );
}
