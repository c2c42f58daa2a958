import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { change } from '../api.js';
import { amountFault, numberTyped } from '../format.js';
import { HireEmployeeDocument, type PayPeriodUnit } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Buttons, Form, optionsOf, Row, SelectField, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Page } from '../ui/layout.js';
import { oneOf } from '../ui/search.js';
import { useAction } from '../ui/use-action.js';
import { MissingPage } from './missing.js';

const route = getRouteApi('/employees/new');

export function HirePage() {
  const { me } = route.useRouteContext();
  if (!me.admin) return <MissingPage />;
  return (
    <Page title={texts.hire.title}>
      <HireForm />
    </Page>
  );
}

const nothing = {
  name: '',
  email: '',
  title: '',
  department: '',
  hiredOn: '',
  amount: '',
  currency: '',
  salaryUnit: 'MONTH',
};
type Field = keyof typeof nothing;

const labels: Record<Field, string> = {
  name: texts.employees.name,
  email: texts.employee.email,
  title: texts.employees.jobTitle,
  department: texts.employees.department,
  hiredOn: texts.employee.hiredOn,
  amount: texts.edit.salary,
  currency: texts.edit.currency,
  salaryUnit: texts.edit.unit,
};
const faults: Partial<Record<Field, string>> = {
  email: texts.invalid.email,
  hiredOn: texts.invalid.date,
  currency: texts.invalid.currency,
};

function HireForm() {
  const navigate = useNavigate();
  const [values, setValues] = useState(nothing);
  const [missing, setMissing] = useState<string[]>([]);
  const hire = useAction(async () => {
    const { amount, currency, salaryUnit, ...rest } = values;
    const { hireEmployee } = await change(HireEmployeeDocument, {
      input: {
        ...rest,
        salary: { amount: numberTyped(amount), currency: currency.trim().toUpperCase() },
        salaryUnit: oneOf<PayPeriodUnit>(salaryUnit, texts.unit) ?? 'MONTH',
      },
    });
    if (hireEmployee) await navigate({ to: '/employees/$id', params: { id: hireEmployee.employee.id } });
  });
  const field = fieldOf(hire.error)?.replace(/^salary\./, '');
  const bind = (name: Field) => ({
    label: labels[name],
    value: values[name],
    fault: missing.includes(name)
      ? texts.common.required
      : field === name
        ? (faults[name] ?? (name === 'amount' ? amountFault(values.currency) : texts.invalid.generic))
        : undefined,
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      setValues((old) => ({ ...old, [name]: currentTarget.value })),
  });
  const submit = () => {
    const empty = Object.entries(values).flatMap(([name, value]) => (value.trim() === '' ? [name] : []));
    setMissing(empty);
    if (empty.length === 0) void hire.run();
  };
  return (
    <Form onSubmit={submit}>
      {hire.error !== undefined && <Failure error={hire.error} />}
      <Row>
        <TextField {...bind('name')} />
        <TextField type="email" {...bind('email')} />
      </Row>
      <Row>
        <TextField {...bind('title')} />
        <TextField {...bind('department')} />
        <TextField type="date" {...bind('hiredOn')} />
      </Row>
      <Row>
        <TextField inputMode="decimal" {...bind('amount')} />
        <TextField maxLength={3} hint={texts.hire.currencyHint} {...bind('currency')} />
        <SelectField options={optionsOf(texts.unit)} {...bind('salaryUnit')} />
      </Row>
      <Buttons>
        <Button look="primary" type="submit" busy={hire.busy}>
          {texts.hire.submit}
        </Button>
        <ButtonLink to="/employees">{texts.common.cancel}</ButtonLink>
      </Buttons>
    </Form>
  );
}
