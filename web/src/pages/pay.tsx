import { isStipendError } from '@stipend/client';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { change } from '../api.js';
import { amountFault, numberToType, thisMonth } from '../format.js';
import { IssuePaymentDocument, type PaymentKind } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import {
  Button,
  ButtonLink,
  Buttons,
  CheckField,
  Form,
  optionsOf,
  Row,
  SelectField,
  TextField,
} from '../ui/controls.js';
import { fieldOf } from '../ui/failure.js';
import { Notice, Page } from '../ui/layout.js';
import { oneOf } from '../ui/search.js';
import { useAction } from '../ui/use-action.js';
import type { EmployeeRecord } from './employee-record.js';
import { AdminsOnly, MissingEmployee } from './missing.js';
import { clearDraft, type Draft, draftInput, readDraft, writeDraft } from './pay-draft.js';
import { Paid, PayFailure } from './pay-outcome.js';

const route = getRouteApi('/employees/$id/pay');

export function PayPage() {
  const employee = route.useLoaderData();
  const { me } = route.useRouteContext();
  const { replaces } = route.useSearch();
  // A new form for the next payment: with a key of its own.
  const [form, setForm] = useState(0);
  if (!employee) return <MissingEmployee />;
  if (!me.admin) return <AdminsOnly employee={employee} />;
  return (
    <Page title={texts.pay.title(employee.name)} lead={`${employee.title}, ${employee.department}`}>
      <PayForm
        key={form}
        employee={employee}
        replaces={form === 0 ? replaces : undefined}
        onAnother={() => setForm(form + 1)}
      />
    </Page>
  );
}

function newDraft({ salary, salaryUnit }: EmployeeRecord): Draft {
  return {
    key: crypto.randomUUID(),
    amount: salary && salaryUnit === 'MONTH' ? numberToType(salary.amount) : '',
    kind: 'SALARY',
    ...thisMonth(),
    note: '',
    acceptUnusual: false,
    wasSent: false,
  };
}

/** Whether it is certain that nothing was paid. */
const isRefusal = (error: unknown) =>
  isStipendError(error, 'BAD_USER_INPUT') || isStipendError(error, 'ALREADY_PAID');

function PayForm({
  employee,
  replaces,
  onAnother,
}: {
  employee: EmployeeRecord;
  replaces: string | undefined;
  onAnother: () => void;
}) {
  const router = useRouter();
  // A replacement is another payment than the one that may have been begun before.
  const draftName = replaces === undefined ? employee.id : `${employee.id}:${replaces}`;
  // The key is made when the form opens, and survives a reload together with what was typed.
  const [draft, setDraft] = useState(() => readDraft(draftName) ?? newDraft(employee));
  const [missing, setMissing] = useState<string[]>([]);
  useEffect(() => writeDraft(draftName, draft), [draftName, draft]);
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }));
  const pay = useAction(async () => {
    writeDraft(draftName, { ...draft, wasSent: true });
    const input = draftInput(employee, draft, replaces);
    const { issuePayment } = await change(IssuePaymentDocument, { input }).catch((error: unknown) => {
      set({ wasSent: !isRefusal(error) });
      throw error;
    });
    clearDraft(draftName);
    void router.invalidate();
    return issuePayment;
  });
  if (pay.result) return <Paid result={pay.result} employeeId={employee.id} onAnother={onAnother} />;
  const faultOf = (field: string, sentence: string) => {
    if (missing.includes(field)) return texts.common.required;
    const at = isStipendError(pay.error, 'BAD_USER_INPUT') ? fieldOf(pay.error) : undefined;
    return at === field || at?.startsWith(`${field}.`) ? sentence : undefined;
  };
  const isSalary = draft.kind === 'SALARY';
  const submit = () => {
    const empty = [
      ...(draft.amount.trim() === '' ? ['amount'] : []),
      ...(isSalary && draft.start === '' ? ['period.start'] : []),
      ...(isSalary && draft.end === '' ? ['period.end'] : []),
    ];
    setMissing(empty);
    if (empty.length === 0) void pay.run();
  };
  const another = () => {
    clearDraft(draftName);
    onAnother();
  };
  const isUnusual = fieldOf(pay.error) === 'acceptUnusualAmount' || draft.acceptUnusual;
  return (
    <Form onSubmit={submit}>
      <PayFailure error={pay.error} employeeId={employee.id} onAnother={another} />
      {draft.wasSent && pay.error === undefined && !pay.busy && <Notice tone="warn">{texts.pay.open}</Notice>}
      {replaces && <Notice>{texts.voiding.isReplacement}</Notice>}
      <Row>
        <TextField
          label={texts.pay.amount}
          inputMode="decimal"
          value={draft.amount}
          fault={
            faultOf('amount', amountFault(employee.salary?.currency)) ??
            faultOf('acceptUnusualAmount', texts.pay.unusual)
          }
          onChange={({ currentTarget }) => set({ amount: currentTarget.value })}
        />
        <TextField label={texts.pay.currency} readOnly value={employee.salary?.currency ?? ''} />
        <SelectField
          label={texts.pay.kind}
          value={draft.kind}
          options={optionsOf(texts.kind)}
          onChange={({ currentTarget }) =>
            set({ kind: oneOf<PaymentKind>(currentTarget.value, texts.kind) ?? 'SALARY' })
          }
        />
      </Row>
      {isSalary && (
        <Row>
          <TextField
            label={texts.pay.start}
            type="date"
            value={draft.start}
            fault={faultOf('period.start', texts.invalid.date) ?? faultOf('period', texts.pay.periodFault)}
            onChange={({ currentTarget }) => set({ start: currentTarget.value })}
          />
          <TextField
            label={texts.pay.end}
            type="date"
            value={draft.end}
            fault={faultOf('period.end', texts.invalid.date)}
            onChange={({ currentTarget }) => set({ end: currentTarget.value })}
          />
        </Row>
      )}
      <TextField
        label={texts.pay.note}
        hint={texts.pay.noteHint}
        maxLength={500}
        value={draft.note}
        fault={faultOf('note', texts.invalid.generic)}
        onChange={({ currentTarget }) => set({ note: currentTarget.value })}
      />
      {isUnusual && (
        <CheckField
          label={texts.pay.acceptUnusual}
          checked={draft.acceptUnusual}
          onChange={({ currentTarget }) => set({ acceptUnusual: currentTarget.checked })}
        />
      )}
      <Buttons>
        <Button look="primary" type="submit" busy={pay.busy}>
          {pay.busy ? texts.pay.sending : texts.pay.submit}
        </Button>
        <ButtonLink to="/employees/$id" params={{ id: employee.id }}>
          {texts.common.cancel}
        </ButtonLink>
      </Buttons>
    </Form>
  );
}
