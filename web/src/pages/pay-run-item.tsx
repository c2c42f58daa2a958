import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { changeLong } from '../api.js';
import { periodText } from '../format.js';
import { EditPayRunDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, Form, optionsOf, Row, SelectField, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Badge, Dialog, Empty } from '../ui/layout.js';
import { Money, moneyText } from '../ui/money.js';
import { oneOf } from '../ui/search.js';
import { type Column, Table } from '../ui/table.js';
import { useAction } from '../ui/use-action.js';
import type { Item, PayRun } from './pay-run-record.js';

const route = getRouteApi('/pay-runs/$id');

type Line = Item['lines'][number];

/** An item with its lines and their days. In a draft, lines can be entered and removed. */
export function ItemDialog({ payRun, item, onClose }: { payRun: PayRun; item: Item; onClose: () => void }) {
  const { me } = route.useRouteContext();
  const router = useRouter();
  const canEdit = me.admin && (payRun.status === 'DRAFT' || payRun.status === 'APPROVED');
  const { id, version } = payRun;
  const remove = useAction(async (lineId: string) => {
    await changeLong(EditPayRunDocument, { input: { id, version, removeLines: [lineId] } });
    await router.invalidate();
  });
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
                busy={remove.busy}
                onClick={() => void remove.run(lineId)}
              >
                {texts.payRun.remove}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Dialog title={`${item.employee.name}: ${moneyText(item.net)}`} onClose={onClose}>
      {remove.error !== undefined && <Failure error={remove.error} />}
      <Table
        caption={texts.payRun.lines}
        columns={columns}
        rows={item.lines}
        empty={<Empty title={texts.payRun.noLines} />}
      />
      {canEdit && <LineForm payRun={payRun} item={item} />}
    </Dialog>
  );
}

type Way = 'amount' | 'units';

function LineForm({ payRun, item }: { payRun: PayRun; item: Item }) {
  const router = useRouter();
  const [code, setCode] = useState('');
  const [way, setWay] = useState<Way>('amount');
  const [value, setValue] = useState('');
  const [note, setNote] = useState('');
  const save = useAction(async () => {
    const { currency } = item.net;
    const line = {
      employeeId: item.employee.id,
      code: code.trim().toUpperCase(),
      ...(way === 'amount' ? { amount: { amount: value.trim(), currency } } : { units: value.trim() }),
      ...(note.trim() !== '' && { note: note.trim() }),
    };
    await changeLong(EditPayRunDocument, {
      input: { id: payRun.id, version: payRun.version, setLines: [line] },
    });
    setValue('');
    setNote('');
    await router.invalidate();
  });
  const field = fieldOf(save.error);
  return (
    <Form onSubmit={() => void save.run()}>
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
          fault={field?.includes('amount') || field?.endsWith('units') ? texts.invalid.generic : undefined}
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
