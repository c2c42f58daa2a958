import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { change, client, withSession } from '../api.js';
import { formatInstant } from '../format.js';
import { RevokeSessionDocument, type SessionsQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, Form, TextField } from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Badge, Notice, Page, Section } from '../ui/layout.js';
import { type Column, Table } from '../ui/table.js';
import { useAction } from '../ui/use-action.js';

const route = getRouteApi('/account');

type Row = SessionsQuery['sessions'][number];

export function AccountPage() {
  const sessions = route.useLoaderData();
  const { me } = route.useRouteContext();
  const router = useRouter();
  const revoke = useAction(async (id: string) => {
    await change(RevokeSessionDocument, { id });
    await router.invalidate();
  });
  const { account } = texts;
  const columns: Array<Column<Row>> = [
    { name: account.device, cell: ({ userAgent }) => deviceOf(userAgent) },
    { name: account.ip, cell: ({ ip }) => ip ?? account.unknown },
    { name: account.since, nowrap: true, cell: ({ createdAt }) => formatInstant(createdAt) },
    { name: account.lastUsed, nowrap: true, cell: ({ lastUsedAt }) => formatInstant(lastUsedAt) },
    {
      name: '',
      cell: ({ id, current, userAgent }) =>
        current ? (
          <Badge tone="good">{account.current}</Badge>
        ) : (
          <Button
            look="danger"
            busy={revoke.busy}
            aria-label={account.revokeOf(deviceOf(userAgent))}
            onClick={() => void revoke.run(id)}
          >
            {account.revoke}
          </Button>
        ),
    },
  ];
  return (
    <Page title={account.title} lead={`${me.username}, ${texts.role[me.role]}`}>
      <Section title={account.sessions}>
        {revoke.error !== undefined && <Failure error={revoke.error} />}
        <Table caption={account.sessions} columns={columns} rows={sessions} empty={null} />
      </Section>
      <Section title={account.password}>
        <PasswordForm />
      </Section>
    </Page>
  );
}

/** The browser's name, of what a browser calls itself. */
function deviceOf(userAgent: string | null | undefined): string {
  const name = /(Edg|OPR|Firefox|Chrome|Safari)\/\d+/.exec(userAgent ?? '')?.[0].replace('/', ' ');
  return name ?? userAgent?.split(' ')[0] ?? texts.account.unknown;
}

function PasswordForm() {
  const router = useRouter();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [missing, setMissing] = useState(false);
  const save = useAction(async () => {
    await withSession(() => client.changePassword(current, next));
    setCurrent('');
    setNext('');
    await router.invalidate();
    return true;
  });
  const field = fieldOf(save.error);
  const required = (value: string) => (missing && value === '' ? texts.common.required : undefined);
  const submit = () => {
    const isComplete = current !== '' && next !== '';
    setMissing(!isComplete);
    if (isComplete) void save.run();
  };
  return (
    <Form onSubmit={submit}>
      {save.error !== undefined && <Failure error={save.error} />}
      {save.result && <Notice tone="good">{texts.account.changed}</Notice>}
      <TextField
        label={texts.account.currentPassword}
        type="password"
        autoComplete="current-password"
        value={current}
        fault={required(current) ?? (field === 'currentPassword' ? texts.invalid.currentPassword : undefined)}
        onChange={({ currentTarget }) => setCurrent(currentTarget.value)}
      />
      <TextField
        label={texts.account.newPassword}
        hint={texts.account.passwordHint}
        type="password"
        autoComplete="new-password"
        value={next}
        fault={required(next) ?? (field === 'newPassword' ? texts.invalid.password : undefined)}
        onChange={({ currentTarget }) => setNext(currentTarget.value)}
      />
      <Button look="primary" type="submit" busy={save.busy}>
        {texts.account.change}
      </Button>
    </Form>
  );
}
