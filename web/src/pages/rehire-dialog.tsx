import { isStipendError } from '@stipend/client';
import { change } from '../api.js';
import { amountFault, numberToType, numberTyped } from '../format.js';
import { type PayPeriodUnit, RehireEmployeeDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, Form, optionsOf, Row, SelectField, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Dialog } from '../ui/layout.js';
import { oneOf } from '../ui/search.js';
import { useAction } from '../ui/use-action.js';
import { useFields } from '../ui/use-fields.js';
import type { EmployeeRecord } from './employee-record.js';

interface RehireDialogProps {
  employee: EmployeeRecord;
  onDone: () => void;
  onClose: () => void;
}

/** Begins another employment of somebody who has left: the form begins with the salary of the last one. */
export function RehireDialog({ employee, onDone, onClose }: RehireDialogProps) {
  const { id, version, salary, salaryUnit } = employee;
  const { values, bind } = useFields({
    hiredOn: '',
    amount: numberToType(salary?.amount ?? ''),
    currency: salary?.currency ?? '',
    unit: salaryUnit ?? 'MONTH',
  });
  const rehire = useAction(async () => {
    await change(RehireEmployeeDocument, {
      input: {
        id,
        version,
        hiredOn: values.hiredOn,
        salary: { amount: numberTyped(values.amount), currency: values.currency.trim().toUpperCase() },
        salaryUnit: oneOf<PayPeriodUnit>(values.unit, texts.unit) ?? 'MONTH',
      },
    });
    onDone();
  });
  const isBadInput = isStipendError(rehire.error, 'BAD_USER_INPUT');
  const faultOf = (path: string, sentence: string) =>
    isBadInput && fieldOf(rehire.error) === path ? sentence : undefined;
  const badAmount = amountFault(values.currency);
  return (
    <Dialog title={texts.rehire.title(employee.name)} onClose={onClose}>
      <Form onSubmit={() => void rehire.run()}>
        {rehire.error !== undefined && <Failure error={rehire.error} />}
        <TextField
          {...bind('hiredOn')}
          type="date"
          label={texts.employee.hiredOn}
          hint={texts.rehire.dayHint}
          fault={faultOf('hiredOn', texts.rehire.dayHint)}
        />
        <Row>
          <TextField
            {...bind('amount')}
            inputMode="decimal"
            label={texts.edit.salary}
            fault={faultOf('salary.amount', badAmount) ?? faultOf('salary', badAmount)}
          />
          <TextField
            {...bind('currency')}
            maxLength={3}
            label={texts.edit.currency}
            fault={faultOf('salary.currency', texts.invalid.currency)}
          />
          <SelectField {...bind('unit')} label={texts.edit.unit} options={optionsOf(texts.unit)} />
        </Row>
        <Button look="primary" type="submit" busy={rehire.busy}>
          {texts.rehire.action}
        </Button>
      </Form>
    </Dialog>
  );
}
