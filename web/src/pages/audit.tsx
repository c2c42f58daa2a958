import { getRouteApi, Link } from '@tanstack/react-router';
import { formatInstant } from '../format.js';
import type { AuditLogQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { optionsOf, SelectField, TextField } from '../ui/controls.js';
import { Page } from '../ui/layout.js';
import { List } from '../ui/list.js';
import { FilterPicker } from '../ui/picker.js';
import type { Column } from '../ui/table.js';
import { parseAuditSearch } from './audit.search.js';
import { AuditChanges, auditSentence } from './audit-entry.js';
import { findSubjects, findUsers, shortId } from './find-people.js';

const route = getRouteApi('/audit');

type Row = AuditLogQuery['auditLog']['nodes'][number];

const { audit: words } = texts;

const columns: Array<Column<Row>> = [
  { name: words.at, nowrap: true, cell: ({ at }) => formatInstant(at) },
  {
    name: words.actor,
    cell: ({ actor }) =>
      actor ? (
        <Link to="/audit" search={{ actorId: actor.id }}>
          {actor.username}
        </Link>
      ) : (
        words.nobody
      ),
  },
  { name: words.action, cell: auditSentence },
  { name: words.subject, cell: ({ subject, action }) => subject && <Subject id={subject} action={action} /> },
  { name: words.changes, cell: ({ changes }) => <AuditChanges changes={changes} /> },
  { name: words.ip, cell: ({ ip }) => ip ?? words.command },
];

function Subject({ id, action }: { id: string; action: string }) {
  const text = shortId(id);
  switch (action.split('.')[0]) {
    case 'employee':
      return (
        <Link to="/employees/$id" params={{ id }}>
          {text}
        </Link>
      );
    case 'payment':
      return (
        <Link to="/payments/$id" params={{ id }}>
          {text}
        </Link>
      );
    case 'pay_run':
      return (
        <Link to="/pay-runs/$id" params={{ id }}>
          {text}
        </Link>
      );
    default:
      return (
        <Link to="/audit" search={{ subject: id }}>
          {text}
        </Link>
      );
  }
}

export function AuditPage() {
  const search = route.useSearch();
  const { auditLog, actor, subject } = route.useLoaderData();
  return (
    <Page title={words.title}>
      <List
        title={words.title}
        columns={columns}
        page={auditLog}
        search={search}
        parse={parseAuditSearch}
        empty={words}
        filters={
          <>
            <SelectField
              name="action"
              label={words.action}
              defaultValue={search.action ?? ''}
              options={optionsOf(words.actions, words.allActions)}
            />
            <FilterPicker name="actorId" label={words.actor} initial={actor} find={findUsers} />
            <FilterPicker name="subject" label={words.about} initial={subject} find={findSubjects} />
            <TextField type="date" name="from" label={texts.payments.from} defaultValue={search.from} />
            <TextField type="date" name="to" label={texts.payments.to} defaultValue={search.to} />
          </>
        }
      />
    </Page>
  );
}
