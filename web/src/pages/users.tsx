import { isStipendError } from '@stipend/client';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { change } from '../api.js';
import { CreateUserDocument, EditUserDocument, type Role, type UsersQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, CheckField, Form, optionsOf, SelectField, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Badge, Dialog, Notice, Page } from '../ui/layout.js';
import { List } from '../ui/list.js';
import { Picker } from '../ui/picker.js';
import { oneOf } from '../ui/search.js';
import type { Column } from '../ui/table.js';
import { useAction } from '../ui/use-action.js';
import { findEmployees } from './find-people.js';
import { parseUsersSearch } from './users.search.js';

const route = getRouteApi('/users');

type Row = UsersQuery['users']['nodes'][number];

export function UsersPage() {
  const { me } = route.useRouteContext();
  const router = useRouter();
  const search = route.useSearch();
  const [open, setOpen] = useState<Row | 'new'>();
  const [created, setCreated] = useState<string>();
  const done = (name?: string) => {
    setOpen(undefined);
    setCreated(name);
    void router.invalidate();
  };
  return (
    <Page
      title={texts.users.title}
      actions={
        me.admin && (
          <Button look="primary" onClick={() => setOpen('new')}>
            {texts.users.add}
          </Button>
        )
      }
    >
      {created !== undefined && <Notice tone="good">{texts.users.created(created)}</Notice>}
      <List
        title={texts.users.title}
        columns={me.admin ? [...columns, editColumn(setOpen)] : columns}
        page={route.useLoaderData()}
        search={search}
        parse={parseUsersSearch}
        empty={texts.users}
        filters={
          <TextField type="search" name="search" label={texts.users.username} defaultValue={search.search} />
        }
      />
      {open && (
        <UserDialog
          user={open === 'new' ? undefined : open}
          onDone={done}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Page>
  );
}

const columns: Array<Column<Row>> = [
  { name: texts.users.username, cell: ({ username }) => username },
  { name: texts.users.role, cell: ({ role }) => texts.role[role] },
  {
    name: texts.users.employee,
    cell: ({ employee }) =>
      employee && (
        <Link to="/employees/$id" params={{ id: employee.id }}>
          {employee.name}
        </Link>
      ),
  },
  {
    name: texts.users.state,
    cell: ({ disabledAt }) => (
      <Badge tone={disabledAt ? 'bad' : 'good'}>{disabledAt ? texts.users.cannot : texts.users.can}</Badge>
    ),
  },
];

const editColumn = (onEdit: (row: Row) => void): Column<Row> => ({
  name: '',
  cell: (row) => (
    <Button aria-label={texts.users.editTitle(row.username)} onClick={() => onEdit(row)}>
      {texts.common.edit}
    </Button>
  ),
});

interface UserDialogProps {
  /** Absent for a new one. */
  user: Row | undefined;
  onDone: (created?: string) => void;
  onClose: () => void;
}

function UserDialog({ user, onDone, onClose }: UserDialogProps) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>(user?.role ?? 'VIEWER');
  const [employee, setEmployee] = useState(
    user?.employee ? { id: user.employee.id, text: user.employee.name, hint: '' } : undefined,
  );
  const [disabled, setDisabled] = useState(Boolean(user?.disabledAt));
  const save = useAction(async () => {
    if (user) {
      const input = {
        id: user.id,
        ...(role !== user.role && { role }),
        ...(disabled !== Boolean(user.disabledAt) && { disabled }),
        ...(password !== '' && { newPassword: password }),
        ...(employee?.id !== user.employee?.id && { employeeId: employee?.id ?? null }),
      };
      await change(EditUserDocument, { input });
      return onDone();
    }
    const input = {
      username: username.trim(),
      password,
      role,
      ...(employee && { employeeId: employee.id }),
    };
    await change(CreateUserDocument, { input });
    onDone(username.trim());
  });
  const field = fieldOf(save.error);
  const isTaken = isStipendError(save.error, 'CONFLICT') && !user && field !== 'employeeId';
  const isLastAdmin = isStipendError(save.error, 'CONFLICT') && field === undefined;
  return (
    <Dialog title={user ? texts.users.editTitle(user.username) : texts.users.addTitle} onClose={onClose}>
      <Form onSubmit={() => void save.run()}>
        {isLastAdmin && <Notice tone="bad">{texts.users.lastAdmin}</Notice>}
        {save.error !== undefined && !isLastAdmin && <Failure error={save.error} />}
        {!user && (
          <TextField
            label={texts.users.username}
            value={username}
            fault={
              field !== 'username' && !isTaken
                ? undefined
                : username.trim() === ''
                  ? texts.common.required
                  : texts.invalid.username
            }
            onChange={({ currentTarget }) => setUsername(currentTarget.value)}
          />
        )}
        <TextField
          label={user ? texts.users.newPassword : texts.users.password}
          hint={user ? texts.users.newPasswordHint : texts.account.passwordHint}
          type="password"
          autoComplete="new-password"
          value={password}
          fault={field === 'password' || field === 'newPassword' ? texts.invalid.password : undefined}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
        <SelectField
          label={texts.users.role}
          hint={texts.roleHint[role]}
          options={optionsOf(texts.role)}
          value={role}
          fault={field === 'role' ? texts.invalid.generic : undefined}
          onChange={({ currentTarget }) => setRole(oneOf<Role>(currentTarget.value, texts.role) ?? role)}
        />
        <Picker
          label={texts.users.employee}
          hint={texts.users.employeeHint}
          value={employee}
          fault={field === 'employeeId' ? texts.users.employeeTaken : undefined}
          find={findEmployees}
          onChange={setEmployee}
        />
        {user && (
          <CheckField
            label={texts.users.disabled}
            checked={disabled}
            onChange={({ currentTarget }) => setDisabled(currentTarget.checked)}
          />
        )}
        <Button look="primary" type="submit" busy={save.busy}>
          {texts.common.save}
        </Button>
      </Form>
    </Dialog>
  );
}
