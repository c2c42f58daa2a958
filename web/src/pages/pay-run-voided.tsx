import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatCount, periodText } from '../format.js';
import { texts } from '../texts/texts.js';
import { Button, Buttons } from '../ui/controls.js';
import { Notice } from '../ui/layout.js';
import { DraftDialog } from './draft-dialog.js';
import type { PayRun, VoidedPayment } from './pay-run-record.js';

const route = getRouteApi('/pay-runs/$id');

/** On a run with payments that were voided: an off-cycle run for what is missing. */
export function VoidedNotice({
  payRun: { period },
  voided,
}: {
  payRun: PayRun;
  voided: readonly VoidedPayment[];
}) {
  const { me } = route.useRouteContext();
  const [drafting, setDrafting] = useState(false);
  if (voided.length === 0) return null;
  return (
    <Notice tone="warn">
      <span>{texts.payRun.voided(voided.length, formatCount(voided.length))}</span>
      <ul>
        {voided.map(({ id, employee }) => (
          <li key={id}>
            <Link to="/payments/$id" params={{ id }}>
              {employee.name}
            </Link>
          </li>
        ))}
      </ul>
      {me.admin && (
        <Buttons>
          <Button onClick={() => setDrafting(true)}>{texts.payRun.draftMissing}</Button>
        </Buttons>
      )}
      {drafting && (
        <DraftDialog
          missing={{
            period,
            reason: texts.payRun.missingReason(periodText(period)),
            employeeIds: [...new Set(voided.map(({ employee }) => employee.id))],
          }}
          onClose={() => setDrafting(false)}
        />
      )}
    </Notice>
  );
}
