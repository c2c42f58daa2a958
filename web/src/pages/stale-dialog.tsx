import { useState } from 'react';
import { texts } from '../texts/texts.js';
import { Button } from '../ui/controls.js';
import { Dialog } from '../ui/layout.js';
import { changedFields, type Edit, type EditField, fieldLabels, valuesOf } from './edit-fields.js';
import type { EmployeeRecord } from './employee-record.js';
import css from './stale-dialog.module.css';

interface StaleDialogProps {
  base: EmployeeRecord;
  mine: Edit;
  theirs: EmployeeRecord;
  onChosen: (chosen: Edit) => void;
  onCancel: () => void;
}

/** Mine beside theirs, with a choice for each field that one of us has changed. */
export function StaleDialog({ base, mine, theirs, onChosen, onCancel }: StaleDialogProps) {
  const newest = valuesOf(theirs);
  const ofMine = changedFields(base, mine);
  const ofTheirs = changedFields(base, newest);
  const fields = [...new Set([...ofMine, ...ofTheirs])];
  const [kept, setKept] = useState<ReadonlySet<EditField>>(new Set(ofMine));
  const isSecret = (field: EditField) => field === 'accountNumber';
  const shown = (values: Edit, field: EditField) =>
    isSecret(field) && values[field] !== '' ? texts.edit.secret : values[field] || texts.common.none;
  const choose = (field: EditField, isMine: boolean) => {
    const next = new Set(kept);
    if (isMine) next.add(field);
    else next.delete(field);
    setKept(next);
  };
  const done = () => {
    const chosen = { ...newest };
    for (const field of fields) chosen[field] = kept.has(field) ? mine[field] : newest[field];
    onChosen(chosen);
  };
  return (
    <Dialog title={texts.edit.staleTitle} onClose={onCancel}>
      <p>{texts.edit.stale}</p>
      {fields.map((field) => (
        <fieldset key={field} className={css.choice}>
          <legend>{fieldLabels[field]}</legend>
          {[true, false].map((isMine) => (
            <label key={String(isMine)} className={css.side}>
              <input
                type="radio"
                name={field}
                checked={kept.has(field) === isMine}
                onChange={() => choose(field, isMine)}
              />
              <span>
                <small>{isMine ? texts.edit.mine : texts.edit.theirs}</small>
                <br />
                {shown(isMine ? mine : newest, field)}
              </span>
            </label>
          ))}
        </fieldset>
      ))}
      <Button look="primary" onClick={done}>
        {texts.edit.keep}
      </Button>
    </Dialog>
  );
}
