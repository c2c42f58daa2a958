import { isStipendError } from '@stipend/client';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { changeLong } from '../api.js';
import { ImportPayRunLinesDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, Form, TextField } from '../ui/controls.js';
import { Failure } from '../ui/failure.js';
import { Dialog, Notice } from '../ui/layout.js';
import { useAction } from '../ui/use-action.js';
import { type CsvFault, problemsIn, readCsv } from './csv-file.js';
import type { PayRun } from './pay-run-record.js';
import { ProblemTable } from './problem-table.js';

/** Enters the lines of a file into a draft: all of them, or none. */
export function LinesDialog({ payRun: { id, version }, onClose }: { payRun: PayRun; onClose: () => void }) {
  const router = useRouter();
  const [file, setFile] = useState<File>();
  const [fault, setFault] = useState<CsvFault>();
  const enter = useAction(async () => {
    setFault(undefined);
    const read = await readCsv(file);
    if ('fault' in read) {
      setFault(read.fault);
      return false;
    }
    const { importPayRunLines } = await changeLong(ImportPayRunLinesDocument, {
      input: { id, version, csv: read.text },
    });
    // A file that was imported into this run already leaves the run at its version.
    if (importPayRunLines?.payRun.version === version) return true;
    await router.invalidate();
    onClose();
    return false;
  });
  const { problems, rest } = isStipendError(enter.error, 'BAD_USER_INPUT')
    ? problemsIn(enter.error.message)
    : { problems: [], rest: '' };
  return (
    <Dialog wide title={texts.payRun.importLines} onClose={onClose}>
      <p>{texts.payRun.importHint}</p>
      {enter.result && <Notice>{texts.payRun.importedBefore}</Notice>}
      {enter.error !== undefined && problems.length === 0 && <Failure error={enter.error} />}
      {problems.length > 0 && (
        <>
          <Notice tone="bad">
            {texts.payRun.noLineEntered}
            {rest !== '' && <span lang="en">{rest}</span>}
          </Notice>
          <ProblemTable problems={problems} />
        </>
      )}
      <Form onSubmit={() => void enter.run()}>
        <TextField
          label={texts.importing.file}
          type="file"
          accept=".csv,text/csv"
          hint={texts.importing.columns('employee, code, amount, units, currency, note')}
          fault={fault && texts.importing.faults[fault]}
          onChange={({ currentTarget }) => {
            setFile(currentTarget.files?.[0]);
            setFault(undefined);
            enter.reset();
          }}
        />
        <Button look="primary" type="submit" busy={enter.busy}>
          {texts.payRun.importAction}
        </Button>
      </Form>
    </Dialog>
  );
}
