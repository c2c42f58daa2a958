import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { changeLong } from '../api.js';
import { formatCount } from '../format.js';
import { ImportFileDocument, type ImportFileMutation, type ImportKind } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Buttons, Form, optionsOf, SelectField, TextField } from '../ui/controls.js';
import { Failure } from '../ui/failure.js';
import { Notice, Page, Section } from '../ui/layout.js';
import { oneOf } from '../ui/search.js';
import { useAction } from '../ui/use-action.js';
import { type CsvFault, readCsv } from './csv-file.js';
import { MissingPage } from './missing.js';
import { ProblemTable } from './problem-table.js';

const route = getRouteApi('/import');

const { importing: words } = texts;

type Result = NonNullable<ImportFileMutation['importFile']>;

export function ImportPage() {
  const { me } = route.useRouteContext();
  if (!me.admin) return <MissingPage />;
  return (
    <Page title={words.title} lead={words.lead}>
      <ImportForm />
    </Page>
  );
}

const columnsOf: Record<ImportKind, string> = {
  EMPLOYEES:
    'name, email, title, department, hired_on, terminated_on, salary, currency, salary_unit, bank_holder, bank_country, bank_account_number',
  PAYMENTS: 'reference, employee_email, kind, amount, currency, period_start, period_end, paid_on, note',
};

/** First the file is checked, and nothing written; then just what was checked is imported. */
function ImportForm() {
  const [kind, setKind] = useState<ImportKind>('EMPLOYEES');
  const [file, setFile] = useState<File>();
  const [fault, setFault] = useState<CsvFault>();
  /** What has been checked without a problem. */
  const [checked, setChecked] = useState<{ kind: ImportKind; text: string }>();
  const write = useAction(async (input: { kind: ImportKind; text: string }) => {
    setChecked(undefined);
    return (await changeLong(ImportFileDocument, { input: { ...input, dryRun: false } })).importFile;
  });
  const check = useAction(async () => {
    setChecked(undefined);
    setFault(undefined);
    write.reset();
    const read = await readCsv(file);
    if ('fault' in read) return setFault(read.fault);
    const input = { kind, text: read.text };
    const { importFile } = await changeLong(ImportFileDocument, { input: { ...input, dryRun: true } });
    if (importFile?.problems.length === 0 && importFile.lines > importFile.alreadyThere) setChecked(input);
    return importFile;
  });
  const forget = () => {
    setChecked(undefined);
    setFault(undefined);
    check.reset();
    write.reset();
  };
  const error = write.error ?? check.error;
  return (
    <>
      <Form onSubmit={() => void check.run()}>
        <SelectField
          label={words.kind}
          options={optionsOf(words.kinds)}
          value={kind}
          onChange={({ currentTarget }) => {
            setKind(oneOf<ImportKind>(currentTarget.value, words.kinds) ?? kind);
            forget();
          }}
        />
        <TextField
          label={words.file}
          type="file"
          accept=".csv,text/csv"
          hint={words.columns(columnsOf[kind])}
          fault={fault && words.faults[fault]}
          onChange={({ currentTarget }) => {
            setFile(currentTarget.files?.[0]);
            forget();
          }}
        />
        <Button look={checked ? 'plain' : 'primary'} type="submit" busy={check.busy || write.busy}>
          {check.busy ? words.checking : words.check}
        </Button>
      </Form>
      {error !== undefined && <Failure error={error} />}
      {write.busy && <Notice>{words.writing}</Notice>}
      {check.result && !write.busy && !write.result && (
        <Checked result={check.result}>
          {checked && (
            <Button look="primary" onClick={() => void write.run(checked)}>
              {words.write(
                check.result.lines - check.result.alreadyThere,
                formatCount(check.result.lines - check.result.alreadyThere),
              )}
            </Button>
          )}
        </Checked>
      )}
      {write.result && <Written kind={kind} result={write.result} />}
    </>
  );
}

function Checked({ result, children }: { result: Result; children: ReactNode }) {
  const { lines, alreadyThere, problems } = result;
  if (problems.length > 0) return <Problems result={result} />;
  return (
    <Notice tone={lines === alreadyThere ? 'neutral' : 'good'}>
      <span>{lines === alreadyThere ? words.nothingNew : words.fine}</span>
      <span>{words.counts(formatCount(lines), formatCount(alreadyThere))}</span>
      {children && <Buttons>{children}</Buttons>}
    </Notice>
  );
}

function Problems({ result: { problems } }: { result: Result }) {
  return (
    <Section title={words.problems}>
      <Notice tone="bad">{words.found(problems.length, formatCount(problems.length))}</Notice>
      <ProblemTable problems={problems} />
    </Section>
  );
}

function Written({ kind, result }: { kind: ImportKind; result: Result }) {
  const { lines, imported, alreadyThere, problems } = result;
  // Something has changed between the check and the import.
  if (problems.length > 0) return <Problems result={result} />;
  return (
    <Notice tone="good">
      <span>{imported === 0 ? words.nothingNew : words.written(imported, formatCount(imported))}</span>
      <span>{words.counts(formatCount(lines), formatCount(alreadyThere))}</span>
      <Buttons>
        <ButtonLink to={kind === 'EMPLOYEES' ? '/employees' : '/payments'}>{words.kinds[kind]}</ButtonLink>
      </Buttons>
    </Notice>
  );
}
