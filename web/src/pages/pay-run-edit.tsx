import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { changeLong } from '../api.js';
import { EditPayRunDocument, type EditPayRunInput } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, Form, TextField } from '../ui/controls.js';
import { Failure, fieldOf, sentenceOf } from '../ui/failure.js';
import { Dialog, Notice } from '../ui/layout.js';
import { Table } from '../ui/table.js';
import { useAction } from '../ui/use-action.js';
import { useFound } from '../ui/use-found.js';
import { findPeople } from './find-people.js';
import type { PayRun } from './pay-run-record.js';

const { payRun: words } = texts;

/** Changes a run, as it is by now, and shows it anew. */
export function useEdit({ id, version }: PayRun, onDone?: () => void) {
  const router = useRouter();
  return useAction(async (edit: Omit<EditPayRunInput, 'id' | 'version'>) => {
    await changeLong(EditPayRunDocument, { input: { id, version, ...edit } });
    onDone?.();
    await router.invalidate();
    return edit;
  });
}

/** Another pay date, and people to add. Who is in the run is taken out at the own item. */
export function EditDialog({ payRun, onClose }: { payRun: PayRun; onClose: () => void }) {
  const [payDate, setPayDate] = useState<string>(payRun.payDate);
  const save = useEdit(payRun);
  return (
    <Dialog title={words.editTitle} onClose={onClose}>
      <Form onSubmit={() => void save.run({ payDate })}>
        {save.error !== undefined && <Failure error={save.error} />}
        {save.result && <Notice tone="good">{texts.common.saved}</Notice>}
        <TextField
          type="date"
          label={texts.payRuns.payDate}
          value={payDate}
          fault={fieldOf(save.error) === 'payDate' ? texts.invalid.date : undefined}
          onChange={({ currentTarget }) => setPayDate(currentTarget.value)}
        />
        <Button look="primary" type="submit" busy={save.busy}>
          {texts.common.save}
        </Button>
      </Form>
      <AddPeople payRun={payRun} />
    </Dialog>
  );
}

function AddPeople({ payRun }: { payRun: PayRun }) {
  const [typed, setTyped] = useState('');
  const { found: people, isSearching, error } = useFound(typed, findPeople);
  const [added, setAdded] = useState<string>();
  const add = useEdit(payRun);
  const isNobody = typed.trim() !== '' && !isSearching && people.length === 0;
  return (
    <>
      <TextField
        type="search"
        label={words.addPeople}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <p role="status">
        {isSearching
          ? texts.common.loading
          : error !== undefined
            ? sentenceOf(error)
            : isNobody && texts.palette.nothing}
      </p>
      {add.error !== undefined && <Failure error={add.error} />}
      {add.result && added !== undefined && <Notice tone="good">{words.added(added)}</Notice>}
      <Table
        caption={texts.palette.people}
        columns={[
          { name: texts.employees.name, cell: ({ name }) => name },
          { name: texts.employees.department, cell: ({ department }) => department },
          {
            name: '',
            cell: ({ id, name }) => (
              <Button
                aria-label={words.addPerson(name)}
                busy={add.busy}
                onClick={() => {
                  setAdded(name);
                  void add.run({ addEmployees: [id] });
                }}
              >
                {words.add}
              </Button>
            ),
          },
        ]}
        rows={people}
        empty={null}
      />
    </>
  );
}
