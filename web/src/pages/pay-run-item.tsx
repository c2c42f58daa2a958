import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { amountFault, numberToType, numberTyped, periodText } from '../format.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Buttons, Form, optionsOf, Row, SelectField, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Badge, Dialog, Empty } from '../ui/layout.js';
import { Money, moneyText } from '../ui/money.js';
import { oneOf } from '../ui/search.js';
import { type Column, Table } from '../ui/table.js';
import { useEdit } from './pay-run-edit.js';
import type { Item, PayRun } from './pay-run-record.js';

const route = getRouteApi('/pay-runs/$id');

type Line = Item['lines'][number];

/** An item with its lines and their days. In a draft, lines can be entered and removed. */
export function ItemDialog({ payRun, item, onClose }: { payRun: PayRun; item: Item; onClose: () => void }) {
  const { me } = route.useRouteContext();
  const canEdit = me.admin && (payRun.status === 'DRAFT' || payRun.status === 'APPROVED');
  const edit = useEdit(payRun);
  const takeOut = useEdit(payRun, onClose);
  const error = edit.error ?? takeOut.error;
  const columns: Array<Column<Line>> = [
    { name: texts.payRun.line, cell: ({ name, note }) => (note ? `${name}: ${note}` : name) },
    { name: texts.payRuns.period, nowrap: true, cell: ({ period }) => period && periodText(period) },
    { name: texts.payRun.source, cell: ({ source }) => <Badge>{texts.payLineSource[source]}</Badge> },
    { name: texts.payRun.amount, number: true, cell: ({ amount }) => <Money money={amount} /> },
    ...(canEdit
      ? [
          {
            name: '',
            cell: ({ id: lineId, name }: Line) => (
              <Button
                aria-label={texts.payRun.removeLine(name)}
                busy={edit.busy}
                onClick={() => void edit.run({ removeLines: [lineId] })}
              >
                {texts.payRun.remove}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Dialog wide title={`${item.employee.name}: ${moneyText(item.net)}`} onClose={onClose}>
      {error !== undefined && <Failure error={error} />}
      <Table
        caption={texts.payRun.lines}
        columns={columns}
        rows={item.lines}
        empty={<Empty title={texts.payRun.noLines} />}
      />
      {canEdit && <LineForm payRun={payRun} item={item} />}
      <Buttons>
        <ButtonLink to="/employees/$id" params={{ id: item.employee.id }}>
          {texts.payRun.record}
        </ButtonLink>
        {canEdit && (
          <Button
            look="danger"
            busy={takeOut.busy}
            onClick={() => void takeOut.run({ removeEmployees: [item.employee.id] })}
          >
            {texts.payRun.takeOut}
          </Button>
        )}
      </Buttons>
    </Dialog>
  );
}

type Way = 'amount' | 'units';

function LineForm({ payRun, item }: { payRun: PayRun; item: Item }) {
  const [code, setCode] = useState('');
  const [way, setWay] = useState<Way>('amount');
  const [value, setValue] = useState('');
  const [note, setNote] = useState('');
  const save = useEdit(payRun, () => {
    setValue('');
    setNote('');
  });
  const submit = () => {
    const { currency } = item.net;
    const line = {
      employeeId: item.employee.id,
      code: code.trim().toUpperCase(),
      ...(way === 'amount'
        ? { amount: { amount: numberTyped(value), currency } }
        : { units: numberTyped(value) }),
      ...(note.trim() !== '' && { note: note.trim() }),
    };
    void save.run({ setLines: [line] });
  };
  const field = fieldOf(save.error);
  return (
    <Form onSubmit={submit}>
      {save.error !== undefined && <Failure error={save.error} />}
      <Row>
        <TextField
          label={texts.payRun.code}
          hint={texts.payRun.codeHint}
          value={code}
          fault={field?.endsWith('code') ? texts.payRun.codeFault : undefined}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
        />
        <SelectField
          label={texts.payRun.way}
          options={optionsOf(texts.payRun.ways)}
          value={way}
          onChange={({ currentTarget }) => setWay(oneOf<Way>(currentTarget.value, texts.payRun.ways) ?? way)}
        />
        <TextField
          label={texts.payRun.ways[way]}
          inputMode="decimal"
          value={value}
          fault={
            field?.includes('amount')
              ? amountFault(item.net.currency)
              : field?.endsWith('units')
                ? texts.payRun.unitsFault(numberToType('7.5'))
                : undefined
          }
          onChange={({ currentTarget }) => setValue(currentTarget.value)}
        />
      </Row>
      <TextField
        label={texts.payments.note}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
      <Button type="submit" busy={save.busy}>
        {texts.payRun.enter}
      </Button>
    </Form>
  );
}
