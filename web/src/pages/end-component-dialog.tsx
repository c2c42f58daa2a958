import { useState } from 'react';
import { change } from '../api.js';
import { EndEmployeeComponentDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, Form, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Dialog } from '../ui/layout.js';
import { useAction } from '../ui/use-action.js';

interface EndComponentDialogProps {
  one: { id: string; effectiveTo?: string | null; component: { name: string } };
  onDone: () => void;
  onClose: () => void;
}

/** Sets the last day of a component that somebody has. */
export function EndComponentDialog({ one, onDone, onClose }: EndComponentDialogProps) {
  const [day, setDay] = useState(one.effectiveTo ?? '');
  const [missing, setMissing] = useState(false);
  const end = useAction(async () => {
    await change(EndEmployeeComponentDocument, { input: { id: one.id, effectiveTo: day } });
    onDone();
  });
  const submit = () => {
    setMissing(day === '');
    if (day !== '') void end.run();
  };
  const isBad = fieldOf(end.error) === 'effectiveTo';
  return (
    <Dialog title={texts.employeeComponents.endOf(one.component.name)} onClose={onClose}>
      <Form onSubmit={submit}>
        {end.error !== undefined && <Failure error={end.error} />}
        <TextField
          type="date"
          label={texts.employee.terminatedOn}
          value={day}
          fault={missing ? texts.common.required : isBad ? texts.employeeComponents.lastDayFault : undefined}
          onChange={({ currentTarget }) => setDay(currentTarget.value)}
        />
        <Button look="danger" type="submit" busy={end.busy}>
          {texts.employeeComponents.end}
        </Button>
      </Form>
    </Dialog>
  );
}
