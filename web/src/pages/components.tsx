import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import type { PayComponentsQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Buttons } from '../ui/controls.js';
import { Badge, Empty, Page } from '../ui/layout.js';
import { type Column, Table } from '../ui/table.js';
import { ArchiveDialog, ComponentDialog } from './component-dialogs.js';

const route = getRouteApi('/components');

type PayComponent = PayComponentsQuery['payComponents'][number];

const { components: words } = texts;

const columns: Array<Column<PayComponent>> = [
  { name: words.code, cell: ({ code }) => <code>{code}</code> },
  { name: words.name, cell: ({ name }) => name },
  { name: words.kind, cell: ({ kind }) => texts.componentKind[kind] },
  { name: words.prorated, cell: ({ prorated }) => (prorated ? texts.common.yes : texts.common.no) },
  { name: words.ledgerAccount, cell: ({ ledgerAccount }) => ledgerAccount },
  {
    name: words.state,
    cell: ({ archivedAt }) => (
      <Badge tone={archivedAt ? 'neutral' : 'good'}>{archivedAt ? words.archived : words.inUse}</Badge>
    ),
  },
];

type Open = { is: 'new' } | { is: 'edit' | 'archive'; id: string };

export function ComponentsPage() {
  const components = route.useLoaderData();
  const { archived } = route.useSearch();
  const { me } = route.useRouteContext();
  const router = useRouter();
  const [open, setOpen] = useState<Open>();
  // As it is by now, when somebody else has changed it.
  const chosen = open && open.is !== 'new' ? components.find(({ id }) => id === open.id) : undefined;
  const close = () => setOpen(undefined);
  const done = () => {
    close();
    void router.invalidate();
  };
  const add = me.admin && (
    <Button look="primary" onClick={() => setOpen({ is: 'new' })}>
      {words.add}
    </Button>
  );
  const actions: Column<PayComponent> = {
    name: '',
    cell: (component) =>
      !component.archivedAt && (
        <Buttons>
          <Button
            aria-label={words.editTitle(component.name)}
            onClick={() => setOpen({ is: 'edit', id: component.id })}
          >
            {texts.common.edit}
          </Button>
          <Button
            look="danger"
            aria-label={words.archiveOf(component.name)}
            onClick={() => setOpen({ is: 'archive', id: component.id })}
          >
            {words.archive}
          </Button>
        </Buttons>
      ),
  };
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <>
          <ButtonLink to="/components" search={archived ? {} : { archived: 'yes' }}>
            {archived ? words.hideArchived : words.showArchived}
          </ButtonLink>
          {add}
        </>
      }
    >
      <Table
        caption={words.title}
        columns={me.admin ? [...columns, actions] : columns}
        rows={components}
        empty={
          <Empty title={words.emptyTitle} action={add}>
            {words.empty}
          </Empty>
        }
      />
      {open?.is === 'new' && <ComponentDialog onDone={done} onClose={close} />}
      {open?.is === 'edit' && chosen && <ComponentDialog component={chosen} onDone={done} onClose={close} />}
      {open?.is === 'archive' && chosen && <ArchiveDialog component={chosen} onDone={done} onClose={close} />}
    </Page>
  );
}
