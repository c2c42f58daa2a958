import { createRoute, Link, redirect } from '@tanstack/react-router';
import { ask } from '../api.js';
import { formatDay } from '../format.js';
import { PeopleDocument, type PeopleQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Card, Page, Section } from '../ui/layout.js';
import { rootRoute } from './root.js';
import css from './start.module.css';

export const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: ({ context: { me } }) => {
    if (me.role === 'EMPLOYEE') throw redirect({ to: '/payments' });
  },
  loader: () => readPeople(),
  component: StartPage,
});

type Person = PeopleQuery['employees']['nodes'][number];

const pageSize = 100;
/** Enough for 1,000 people; the lists of more are on the page of the employees. */
const maxPages = 10;
const maxShown = 8;

/** Everybody who works here, or will. */
async function readPeople(): Promise<Person[]> {
  const people: Person[] = [];
  let after: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const { employees } = await ask(PeopleDocument, { first: pageSize, after });
    people.push(...employees.nodes.filter(({ status }) => status !== 'TERMINATED'));
    if (!employees.pageInfo.hasNextPage) break;
    after = employees.pageInfo.endCursor ?? undefined;
  }
  return people;
}

function StartPage() {
  const people = startRoute.useLoaderData();
  const { me } = startRoute.useRouteContext();
  const { start } = texts;
  const lists = [
    {
      title: start.starts,
      none: start.startsNone,
      people: people.filter(({ status }) => status === 'UPCOMING'),
      hint: ({ hiredOn }: Person) => start.on(formatDay(hiredOn)),
    },
    {
      title: start.leaves,
      none: start.leavesNone,
      people: people.filter(({ terminatedOn }) => terminatedOn),
      hint: ({ terminatedOn }: Person) => (terminatedOn ? start.on(formatDay(terminatedOn)) : ''),
    },
    {
      title: start.noAccount,
      none: start.noAccountNone,
      people: people.filter(({ bankAccount }) => !bankAccount),
      hint: ({ department }: Person) => department,
    },
  ];
  return (
    <Page title={start.title} lead={start.hello(me.username)}>
      <div className={css.lists}>
        {lists.map(({ title, none, people: listed, hint }) => (
          <Card key={title}>
            <Section title={`${title} (${listed.length})`}>
              {listed.length === 0 && <p>{none}</p>}
              <ul className={css.list}>
                {listed.slice(0, maxShown).map((person) => (
                  <li key={person.id}>
                    <Link to="/employees/$id" params={{ id: person.id }}>
                      {person.name}
                    </Link>
                    <span>{hint(person)}</span>
                  </li>
                ))}
              </ul>
              {listed.length > maxShown && <Link to="/employees">{texts.employees.title}</Link>}
            </Section>
          </Card>
        ))}
      </div>
    </Page>
  );
}
