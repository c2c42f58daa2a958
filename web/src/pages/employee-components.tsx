import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { formatDay, formatNumber } from '../format.js';
import type { EmployeeComponentsQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, Filters, TextField } from '../ui/controls.js';
import { Card, Section } from '../ui/layout.js';
import { moneyText } from '../ui/money.js';
import { dayIn } from '../ui/search.js';
import { type Column, Table } from '../ui/table.js';
import { EndComponentDialog } from './end-component-dialog.js';
import { SetComponentDialog } from './set-component-dialog.js';

type EmployeeComponent = NonNullable<EmployeeComponentsQuery['employee']>['components'][number];

const { employeeComponents: words } = texts;

const columns: Array<Column<EmployeeComponent>> = [
  { name: words.component, cell: ({ component }) => component.name },
  { name: texts.components.kind, cell: ({ component }) => texts.componentKind[component.kind] },
  { name: words.howMuch, cell: howMuch },
  {
    name: words.days,
    cell: ({ effectiveFrom, effectiveTo }) =>
      effectiveTo
        ? words.fromTo(formatDay(effectiveFrom), formatDay(effectiveTo))
        : words.since(formatDay(effectiveFrom)),
  },
  {
    name: words.cap,
    cell: ({ cap, capPer }) => cap && capPer && `${moneyText(cap)} ${texts.capPeriod[capPer]}`,
  },
  {
    name: words.priority,
    number: true,
    cell: ({ component, priority }) => component.kind === 'DEDUCTION' && priority,
  },
];

function howMuch({ amount, percent, percentOf, rate }: EmployeeComponent): string {
  if (amount) return words.amountText(moneyText(amount));
  if (rate) return words.rateText(moneyText(rate));
  const of = percentOf.length > 0 ? percentOf.map(({ name }) => name).join(' + ') : words.ofSalary;
  return words.percentText(formatNumber(percent ?? '0'), of);
}

interface EmployeeComponentsProps {
  employeeId: string;
  /** Of the salary. */
  currency: string | undefined;
  components: EmployeeComponent[];
  /** The day that they are in force on; today when absent. */
  on: string | undefined;
  onDay: (day: string | undefined) => void;
  mayEdit: boolean;
}

/** What somebody gets or pays besides the salary, on a day. */
export function EmployeeComponents({
  employeeId,
  currency,
  components,
  on,
  onDay,
  mayEdit,
}: EmployeeComponentsProps) {
  const router = useRouter();
  const [setting, setSetting] = useState(false);
  const [ending, setEnding] = useState<EmployeeComponent>();
  const endColumn: Column<EmployeeComponent> = {
    name: '',
    cell: (one) => (
      <Button aria-label={words.endOf(one.component.name)} onClick={() => setEnding(one)}>
        {words.end}
      </Button>
    ),
  };
  const set = mayEdit && <Button onClick={() => setSetting(true)}>{words.set}</Button>;
  return (
    <Section title={words.title} actions={set}>
      {(on !== undefined || components.length > 0) && (
        <Filters key={on ?? ''} onSubmit={(data) => onDay(dayIn(data.get('on')))}>
          <TextField name="on" type="date" label={words.on} defaultValue={on} />
          <Button type="submit">{texts.common.apply}</Button>
        </Filters>
      )}
      <Table
        caption={words.title}
        columns={mayEdit ? [...columns, endColumn] : columns}
        rows={components}
        empty={<Card>{on === undefined ? words.emptyToday : words.empty}</Card>}
      />
      {setting && (
        <SetComponentDialog
          employeeId={employeeId}
          currency={currency}
          onClose={() => setSetting(false)}
          onDone={(from) => {
            setSetting(false);
            onDay(from);
            void router.invalidate();
          }}
        />
      )}
      {ending && (
        <EndComponentDialog
          one={ending}
          onClose={() => setEnding(undefined)}
          onDone={() => {
            setEnding(undefined);
            void router.invalidate();
          }}
        />
      )}
    </Section>
  );
}
