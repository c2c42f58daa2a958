import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { changeLong } from '../api.js';
import { thisMonth, today } from '../format.js';
import { DraftPayRunDocument, type PayRunKind } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, Form, optionsOf, Row, SelectField, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Dialog } from '../ui/layout.js';
import { oneOf } from '../ui/search.js';
import { useAction } from '../ui/use-action.js';

interface DraftDialogProps {
  /** What an off-cycle run is for, and whom it pays; absent for any other draft. */
  missing?: { period: { start: string; end: string }; reason: string; employeeIds: string[] };
  onClose: () => void;
}

/** The key is made when the dialog opens: however often the draft is sent, there is one. */
export function DraftDialog({ missing, onClose }: DraftDialogProps) {
  const navigate = useNavigate();
  const [key] = useState(() => crypto.randomUUID());
  const [period, setPeriod] = useState(() => missing?.period ?? thisMonth());
  const [payDate, setPayDate] = useState(missing ? today() : period.end);
  const [kind, setKind] = useState<PayRunKind>(missing ? 'OFF_CYCLE' : 'REGULAR');
  const [reason, setReason] = useState(missing?.reason ?? '');
  const save = useAction(async () => {
    const input = {
      kind,
      period,
      payDate,
      idempotencyKey: key,
      employeeIds: missing?.employeeIds,
      ...(reason.trim() !== '' && { reason }),
    };
    const { draftPayRun } = await changeLong(DraftPayRunDocument, { input });
    if (draftPayRun) await navigate({ to: '/pay-runs/$id', params: { id: draftPayRun.payRun.id } });
  });
  const faultOf = (field: string, sentence: string) => (fieldOf(save.error) === field ? sentence : undefined);
  return (
    <Dialog title={texts.payRuns.draftTitle} onClose={onClose}>
      <Form onSubmit={() => void save.run()}>
        {save.error !== undefined && <Failure error={save.error} />}
        <SelectField
          label={texts.payRuns.kind}
          hint={texts.payRunKindHint[kind]}
          options={optionsOf(texts.payRunKind)}
          value={kind}
          onChange={({ currentTarget }) =>
            setKind(oneOf<PayRunKind>(currentTarget.value, texts.payRunKind) ?? kind)
          }
        />
        <Row>
          <TextField
            label={texts.payRuns.from}
            type="date"
            value={period.start}
            fault={faultOf('period.start', texts.invalid.date) ?? faultOf('period', texts.invalid.period)}
            onChange={({ currentTarget }) => setPeriod({ ...period, start: currentTarget.value })}
          />
          <TextField
            label={texts.payRuns.to}
            type="date"
            value={period.end}
            fault={faultOf('period.end', texts.invalid.date)}
            onChange={({ currentTarget }) => setPeriod({ ...period, end: currentTarget.value })}
          />
        </Row>
        <TextField
          label={texts.payRuns.payDate}
          type="date"
          value={payDate}
          fault={faultOf('payDate', texts.invalid.date)}
          onChange={({ currentTarget }) => setPayDate(currentTarget.value)}
        />
        {kind === 'OFF_CYCLE' && (
          <TextField
            label={texts.payRuns.reason}
            value={reason}
            fault={faultOf('reason', texts.common.required)}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
        )}
        <Button look="primary" type="submit" busy={save.busy}>
          {texts.payRuns.draft}
        </Button>
      </Form>
    </Dialog>
  );
}
