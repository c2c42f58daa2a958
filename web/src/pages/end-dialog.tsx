import { useState } from 'react';
import { change } from '../api.js';
import { TerminateEmployeeDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, Buttons, Form, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Dialog } from '../ui/layout.js';
import { useAction } from '../ui/use-action.js';
import type { EmployeeRecord } from './employee-record.js';

/** Sets the last day of work, or takes back one that has not come. */
export function EndDialog({
  employee: { id, version, terminatedOn },
  onDone,
  onClose,
}: {
  employee: EmployeeRecord;
  onDone: () => void;
  onClose: () => void;
}) {
  const [day, setDay] = useState<string>(terminatedOn ?? '');
  const [missing, setMissing] = useState(false);
  const end = useAction(async (lastDay: string | null) => {
    await change(TerminateEmployeeDocument, { input: { id, version, terminatedOn: lastDay } });
    onDone();
  });
  const submit = () => {
    setMissing(day === '');
    if (day !== '') void end.run(day);
  };
  return (
    <Dialog title={texts.end.title} onClose={onClose}>
      <Form onSubmit={submit}>
        {end.error !== undefined && <Failure error={end.error} />}
        <TextField
          type="date"
          label={texts.employee.terminatedOn}
          value={day}
          fault={
            missing
              ? texts.common.required
              : fieldOf(end.error) === 'terminatedOn'
                ? texts.end.fault
                : undefined
          }
          onChange={({ currentTarget }) => setDay(currentTarget.value)}
        />
        <Buttons>
          <Button look="danger" type="submit" busy={end.busy}>
            {texts.end.submit}
          </Button>
          {terminatedOn && (
            <Button busy={end.busy} onClick={() => void end.run(null)}>
              {texts.end.takeBack}
            </Button>
          )}
        </Buttons>
      </Form>
    </Dialog>
  );
}
