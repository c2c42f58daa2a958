import { isStipendError } from '@stipend/client';
import { getRouteApi, useNavigate, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { ask, change } from '../api.js';
import { EditEmployeeDocument, EmployeeRecordDocument } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Buttons, Form, optionsOf, Row, SelectField, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Notice, Page } from '../ui/layout.js';
import { useAction } from '../ui/use-action.js';
import {
  type Edit,
  type EditField,
  editInput,
  faultOf,
  fieldLabels,
  hasChanged,
  valuesOf,
} from './edit-fields.js';
import type { EmployeeRecord } from './employee-record.js';
import { AdminsOnly, MissingEmployee } from './missing.js';
import { StaleDialog } from './stale-dialog.js';

const route = getRouteApi('/employees/$id/edit');

export function EditPage() {
  const loaded = route.useLoaderData();
  const { me } = route.useRouteContext();
  if (!loaded) return <MissingEmployee />;
  if (!me.admin) return <AdminsOnly employee={loaded} />;
  return (
    <Page title={texts.edit.title(loaded.name)} lead={`${loaded.title}, ${loaded.department}`}>
      <EditForm key={loaded.id} loaded={loaded} />
    </Page>
  );
}

function EditForm({ loaded }: { loaded: EmployeeRecord }) {
  const router = useRouter();
  const navigate = useNavigate();
  // What the form began with, whatever is loaded meanwhile.
  const [base, setBase] = useState(loaded);
  const [edit, setEdit] = useState<Edit>(() => valuesOf(loaded));
  const [theirs, setTheirs] = useState<EmployeeRecord>();
  const [isUnchanged, setUnchanged] = useState(false);
  const save = useAction(async (from: EmployeeRecord, values: Edit) => {
    try {
      await change(EditEmployeeDocument, { input: editInput(from, values) });
    } catch (error) {
      const newest = isStipendError(error, 'CONFLICT') ? await newerThan(from) : undefined;
      if (!newest) throw error;
      setTheirs(newest);
      return;
    }
    await router.invalidate();
    await navigate({ to: '/employees/$id', params: { id: loaded.id } });
  });
  const submit = () => {
    setUnchanged(!hasChanged(base, edit));
    if (hasChanged(base, edit)) void save.run(base, edit);
  };
  const bind = (field: EditField) => ({
    label: fieldLabels[field],
    value: edit[field],
    fault: isAt(save.error, pathOf(field)) ? faultOf(field, base.salary?.currency) : undefined,
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      setEdit((old) => ({ ...old, [field]: currentTarget.value })),
  });
  return (
    <Form onSubmit={submit}>
      {save.error !== undefined && <Failure error={save.error} />}
      {isUnchanged && <Notice>{texts.edit.nothing}</Notice>}
      <Row>
        <TextField {...bind('name')} />
        <TextField type="email" {...bind('email')} />
      </Row>
      <Row>
        <TextField {...bind('title')} />
        <TextField {...bind('department')} />
      </Row>
      <Row>
        <TextField inputMode="decimal" {...bind('salary')} />
        <SelectField options={optionsOf(texts.unit)} {...bind('salaryUnit')} />
        <TextField type="date" hint={texts.edit.effectiveHint} {...bind('salaryEffectiveFrom')} />
      </Row>
      <fieldset>
        <legend>{texts.edit.accountLegend}</legend>
        <p>{texts.edit.accountHint}</p>
        <Row>
          <TextField {...bind('holder')} />
          <TextField maxLength={2} hint={texts.edit.countryHint} {...bind('country')} />
          <TextField {...bind('accountNumber')} />
        </Row>
      </fieldset>
      <Buttons>
        <Button look="primary" type="submit" busy={save.busy}>
          {texts.common.save}
        </Button>
        <ButtonLink to="/employees/$id" params={{ id: loaded.id }}>
          {texts.common.cancel}
        </ButtonLink>
      </Buttons>
      {theirs && (
        <StaleDialog
          base={base}
          mine={edit}
          theirs={theirs}
          onCancel={() => setTheirs(undefined)}
          onChosen={(chosen) => {
            setTheirs(undefined);
            setBase(theirs);
            setEdit(chosen);
            if (hasChanged(theirs, chosen)) void save.run(theirs, chosen);
            else void navigate({ to: '/employees/$id', params: { id: loaded.id } });
          }}
        />
      )}
    </Form>
  );
}

/** What somebody else has made of the record meanwhile. */
async function newerThan({ id, version }: EmployeeRecord): Promise<EmployeeRecord | undefined> {
  const { employee } = await ask(EmployeeRecordDocument, { id });
  return employee && employee.version !== version ? employee : undefined;
}

/** Whether an error names what is at a path, or a part of it. */
function isAt(error: unknown, path: string): boolean {
  const field = fieldOf(error);
  return field === path || field?.startsWith(`${path}.`) === true;
}

/** Where the API's errors name the field. */
function pathOf(field: EditField): string {
  const isAccount = field === 'holder' || field === 'country' || field === 'accountNumber';
  if (isAccount) return `bankAccount.${field}`;
  return field;
}
