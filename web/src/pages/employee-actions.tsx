import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink } from '../ui/controls.js';
import type { EmployeeRecord } from './employee-record.js';
import { EndDialog } from './end-dialog.js';
import { RehireDialog } from './rehire-dialog.js';

/** What an admin can do about somebody now. */
export function EmployeeActions({ employee }: { employee: EmployeeRecord }) {
  const router = useRouter();
  const [open, setOpen] = useState<'end' | 'rehire'>();
  const { id, status } = employee;
  const dialog = {
    employee,
    onClose: () => setOpen(undefined),
    onDone: () => {
      setOpen(undefined);
      void router.invalidate();
    },
  };
  return (
    <>
      <ButtonLink to="/employees/$id/edit" params={{ id }}>
        {texts.common.edit}
      </ButtonLink>
      {status === 'TERMINATED' ? (
        <Button look="primary" onClick={() => setOpen('rehire')}>
          {texts.rehire.action}
        </Button>
      ) : (
        <Button onClick={() => setOpen('end')}>{texts.end.action}</Button>
      )}
      <ButtonLink look={status === 'ACTIVE' ? 'primary' : 'plain'} to="/employees/$id/pay" params={{ id }}>
        {texts.employee.pay}
      </ButtonLink>
      {open === 'end' && <EndDialog {...dialog} />}
      {open === 'rehire' && <RehireDialog {...dialog} />}
    </>
  );
}
