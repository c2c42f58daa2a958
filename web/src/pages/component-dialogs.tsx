import { isStipendError } from '@stipend/client';
import { useState } from 'react';
import { change } from '../api.js';
import {
  ArchivePayComponentDocument,
  CreatePayComponentDocument,
  EditPayComponentDocument,
  type PayComponentKind,
  type PayComponentsQuery,
} from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, CheckField, Form, optionsOf, SelectField, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Dialog } from '../ui/layout.js';
import { oneOf } from '../ui/search.js';
import { useAction } from '../ui/use-action.js';
import { useFields } from '../ui/use-fields.js';

type PayComponent = PayComponentsQuery['payComponents'][number];

const { components: words } = texts;

interface DialogProps {
  onDone: () => void;
  onClose: () => void;
}

/** Makes a component, or changes one: its code and its kind stay. */
export function ComponentDialog({ component, onDone, onClose }: DialogProps & { component?: PayComponent }) {
  const { values, bind } = useFields({
    code: '',
    name: component?.name ?? '',
    kind: 'EARNING',
    ledgerAccount: component?.ledgerAccount ?? '',
  });
  const [prorated, setProrated] = useState(component?.prorated ?? false);
  const kind = oneOf<PayComponentKind>(values.kind, texts.componentKind) ?? 'EARNING';
  const save = useAction(async () => {
    const shared = { name: values.name.trim(), prorated, ledgerAccount: values.ledgerAccount.trim() || null };
    if (component) {
      const { id, version } = component;
      await change(EditPayComponentDocument, { input: { id, version, ...shared } });
    } else {
      await change(CreatePayComponentDocument, {
        input: { code: values.code.trim().toUpperCase(), kind, ...shared },
      });
    }
    onDone();
  });
  const field = fieldOf(save.error);
  const isTaken = isStipendError(save.error, 'CONFLICT') && field === 'code';
  return (
    <Dialog title={component ? words.editTitle(component.name) : words.addTitle} onClose={onClose}>
      <Form onSubmit={() => void save.run()}>
        {save.error !== undefined && !isTaken && <Failure error={save.error} />}
        {!component && (
          <>
            <TextField
              {...bind('code')}
              label={words.code}
              hint={words.codeHint}
              maxLength={30}
              fault={isTaken ? words.codeTaken : field === 'code' ? words.codeHint : undefined}
            />
            <SelectField
              {...bind('kind')}
              label={words.kind}
              hint={texts.componentKindHint[kind]}
              options={optionsOf(texts.componentKind)}
            />
          </>
        )}
        <TextField
          {...bind('name')}
          label={words.name}
          maxLength={100}
          fault={field === 'name' ? texts.common.required : undefined}
        />
        <CheckField
          label={words.proratedLabel}
          checked={prorated}
          onChange={({ currentTarget }) => setProrated(currentTarget.checked)}
        />
        <TextField
          {...bind('ledgerAccount')}
          label={words.ledgerAccount}
          hint={words.ledgerAccountHint}
          maxLength={50}
          fault={field === 'ledgerAccount' ? texts.invalid.generic : undefined}
        />
        <Button look="primary" type="submit" busy={save.busy}>
          {texts.common.save}
        </Button>
      </Form>
    </Dialog>
  );
}

export function ArchiveDialog({ component, onDone, onClose }: DialogProps & { component: PayComponent }) {
  const archive = useAction(async () => {
    const { id, version } = component;
    await change(ArchivePayComponentDocument, { input: { id, version } });
    onDone();
  });
  return (
    <Dialog title={words.archiveOf(component.name)} onClose={onClose}>
      <p>{words.archiveHint}</p>
      {archive.error !== undefined && <Failure error={archive.error} />}
      <Button look="danger" busy={archive.busy} onClick={() => void archive.run()}>
        {words.archive}
      </Button>
    </Dialog>
  );
}
