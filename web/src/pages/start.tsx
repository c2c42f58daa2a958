import { getRouteApi, Link } from '@tanstack/react-router';
import { formatCount, formatDay, formatMonth } from '../format.js';
import type { FiguresQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { BarChart } from '../ui/chart.js';
import { Card, Page, Section } from '../ui/layout.js';
import { moneyText } from '../ui/money.js';
import type { Person } from './person.js';
import css from './start.module.css';

const route = getRouteApi('/');

const maxShown = 8;

export function StartPage() {
  const { people, figures } = route.useLoaderData();
  const { me } = route.useRouteContext();
  const { start } = texts;
  const main = mainCurrency(figures);
  const bars = (rows: FiguresQuery['months'], nameOf: (key: string) => string) =>
    rows
      .filter(({ currency }) => currency === main)
      .map(({ key, issued }) => ({ name: nameOf(key), amount: issued }));
  return (
    <Page title={start.title} lead={start.hello(me.username)}>
      <Section title={start.paidThisMonth}>
        <div className={css.figures}>
          {figures.month.length === 0 && <Card>{start.nothingPaid}</Card>}
          {figures.month.map(({ currency, issued, payments, employees }) => (
            <Card key={currency}>
              <p className={css.figure}>{moneyText(issued)}</p>
              <p className={css.hint}>
                {start.payments(payments, formatCount(payments))},{' '}
                {start.people(employees, formatCount(employees))}
              </p>
            </Card>
          ))}
        </div>
      </Section>
      <div className={css.charts}>
        <Card>
          <Section title={`${start.byMonth}${main ? ` (${main})` : ''}`}>
            <BarChart title={start.byMonth} heading={start.month} bars={bars(figures.months, formatMonth)} />
          </Section>
        </Card>
        <Card>
          <Section title={`${start.byDepartment}${main ? ` (${main})` : ''}`}>
            <BarChart
              title={start.byDepartment}
              heading={start.department}
              bars={bars(figures.departments, (key) => key)}
            />
          </Section>
        </Card>
      </div>
      <PeopleLists people={people} />
    </Page>
  );
}

/** The currency in which most payments of the year were made: amounts of several can't be drawn on one scale. */
function mainCurrency({ departments, months }: FiguresQuery): string | undefined {
  const counts = new Map<string, number>();
  for (const { currency } of [...departments, ...months])
    counts.set(currency, (counts.get(currency) ?? 0) + 1);
  return [...counts].sort(([, first], [, second]) => second - first)[0]?.[0];
}

function PeopleLists({ people }: { people: readonly Person[] }) {
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
    <div className={css.lists}>
      {lists.map(({ title, none, people: listed, hint }) => (
        <Card key={title}>
          <Section title={`${title} (${formatCount(listed.length)})`}>
            {listed.length === 0 && <p className={css.hint}>{none}</p>}
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
  );
}
