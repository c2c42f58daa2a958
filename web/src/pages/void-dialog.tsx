import { useState } from 'react';
import { change } from '../api.js';
import { VoidPaymentDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, Form, TextField } from '../ui/controls.js';
import { Failure } from '../ui/failure.js';
import { Dialog } from '../ui/layout.js';
import { useAction } from '../ui/use-action.js';

/** A payment is voided once: a second time is refused by the server. */
export function VoidDialog({ id, onDone, onClose }: { id: string; onDone: () => void; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const voiding = useAction(async () => {
    await change(VoidPaymentDocument, { input: { id, reason: reason.trim() } });
    onDone();
  });
  const submit = () => {
    const isEmpty = reason.trim() === '';
    setMissing(isEmpty);
    if (!isEmpty) void voiding.run();
  };
  return (
    <Dialog title={texts.voiding.title} onClose={onClose}>
      <p>{texts.voiding.lead}</p>
      <Form onSubmit={submit}>
        {voiding.error !== undefined && <Failure error={voiding.error} />}
        <TextField
          label={texts.voiding.reason}
          maxLength={500}
          value={reason}
          fault={missing ? texts.common.required : undefined}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <Button look="danger" type="submit" busy={voiding.busy}>
          {texts.voiding.submit}
        </Button>
      </Form>
    </Dialog>
  );
}
