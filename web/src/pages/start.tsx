import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { formatCount, formatDay, formatMonth } from '../format.js';
import type { FiguresQuery, PeopleQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { BarChart } from '../ui/chart.js';
import { Button, Filters, SelectField } from '../ui/controls.js';
import { Card, Page, Section } from '../ui/layout.js';
import { moneyText } from '../ui/money.js';
import css from './start.module.css';
import { maxShown, parseStartSearch } from './start.search.js';

const route = getRouteApi('/');

type Person = PeopleQuery['starting']['nodes'][number];

export function StartPage() {
  const { people, figures } = route.useLoaderData();
  const { me } = route.useRouteContext();
  const { start } = texts;
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
      <Charts figures={figures} />
      <PeopleLists people={people} />
    </Page>
  );
}

/** Amounts of several currencies can't be drawn on one scale: the charts show one of them. */
function Charts({ figures }: { figures: FiguresQuery }) {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/' });
  const { start } = texts;
  const currencies = currenciesOf(figures);
  const shown = currencies.find((currency) => currency === search.currency) ?? currencies[0];
  const titled = (title: string) => (shown === undefined ? title : `${title} (${shown})`);
  const bars = (rows: FiguresQuery['months'], nameOf: (key: string) => string) =>
    rows
      .filter(({ currency }) => currency === shown)
      .map(({ key, issued }) => ({ name: nameOf(key), amount: issued }));
  return (
    <>
      {currencies.length > 1 && (
        <Filters
          key={shown}
          onSubmit={(data) => void navigate({ search: parseStartSearch(Object.fromEntries(data)) })}
        >
          <SelectField
            name="currency"
            label={texts.payments.currency}
            defaultValue={shown}
            options={currencies.map((currency) => [currency, currency])}
          />
          <Button type="submit">{texts.common.apply}</Button>
        </Filters>
      )}
      <div className={css.charts}>
        <Card>
          <Section title={titled(start.byMonth)}>
            <BarChart title={start.byMonth} heading={start.month} bars={bars(figures.months, formatMonth)} />
          </Section>
        </Card>
        <Card>
          <Section title={titled(start.byDepartment)}>
            <BarChart
              title={start.byDepartment}
              heading={start.department}
              bars={bars(figures.departments, (key) => key)}
            />
          </Section>
        </Card>
      </div>
    </>
  );
}

/** What was paid in, the currency of most months and departments first. */
function currenciesOf({ departments, months }: FiguresQuery): string[] {
  const counts = new Map<string, number>();
  for (const { currency } of [...departments, ...months])
    counts.set(currency, (counts.get(currency) ?? 0) + 1);
  return [...counts].sort(([, first], [, second]) => second - first).map(([currency]) => currency);
}

function PeopleLists({ people }: { people: PeopleQuery }) {
  const { start } = texts;
  const { starting, leaving, withoutAccount, startingWithoutAccount } = people;
  const lists = [
    {
      title: start.starts,
      none: start.startsNone,
      people: starting.nodes,
      total: starting.totalCount,
      all: { status: 'UPCOMING' as const },
      hint: ({ hiredOn }: Person) => start.on(formatDay(hiredOn)),
    },
    {
      title: start.leaves,
      none: start.leavesNone,
      people: leaving.nodes,
      total: leaving.totalCount,
      all: { only: 'leaving' as const },
      hint: ({ terminatedOn }: Person) => (terminatedOn ? start.on(formatDay(terminatedOn)) : ''),
    },
    {
      title: start.noAccount,
      none: start.noAccountNone,
      people: [...withoutAccount.nodes, ...startingWithoutAccount.nodes].slice(0, maxShown),
      total: withoutAccount.totalCount + startingWithoutAccount.totalCount,
      all: { status: 'ACTIVE' as const, only: 'noAccount' as const },
      hint: ({ department }: Person) => department,
    },
  ];
  return (
    <div className={css.lists}>
      {lists.map(({ title, none, people: listed, total, all, hint }) => (
        <Card key={title}>
          <Section title={`${title} (${formatCount(total)})`}>
            {total === 0 && <p className={css.hint}>{none}</p>}
            <ul className={css.list}>
              {listed.map((person) => (
                <li key={person.id}>
                  <Link to="/employees/$id" params={{ id: person.id }}>
                    {person.name}
                  </Link>
                  <span>{hint(person)}</span>
                </li>
              ))}
            </ul>
            {total > listed.length && (
              <Link to="/employees" search={all}>
                {texts.common.showAll}
              </Link>
            )}
          </Section>
        </Card>
      ))}
    </div>
  );
}
