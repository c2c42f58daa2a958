import { useEffect, useState } from 'react';
import { ask, change } from '../api.js';
import { amountFault, numberToType, numberTyped, today } from '../format.js';
import {
  type CapPeriod,
  PayComponentsDocument,
  type PayComponentsQuery,
  SetEmployeeComponentDocument,
} from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import {
  Button,
  ButtonLink,
  CheckField,
  Form,
  optionsOf,
  Row,
  SelectField,
  TextField,
} from '../ui/controls.js';
import { Failure, fieldOf } from '../ui/failure.js';
import { Dialog, Empty, Skeleton } from '../ui/layout.js';
import { oneOf } from '../ui/search.js';
import { useAction } from '../ui/use-action.js';
import { useFields } from '../ui/use-fields.js';

type PayComponent = PayComponentsQuery['payComponents'][number];

const { employeeComponents: words } = texts;

type Way = keyof typeof words.ways;

interface SetComponentDialogProps {
  employeeId: string;
  currency: string | undefined;
  /** @param from the first day that it is in force on */
  onDone: (from: string) => void;
  onClose: () => void;
}

export function SetComponentDialog(props: SetComponentDialogProps) {
  const components = useAction(
    async () => (await ask(PayComponentsDocument, { includeArchived: false })).payComponents,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => void components.run(), []);
  const { error, result } = components;
  return (
    <Dialog title={words.set} onClose={props.onClose}>
      {error !== undefined && <Failure error={error} onRetry={() => void components.run()} />}
      {components.busy && <Skeleton rows={4} />}
      {result?.length === 0 && (
        <Empty
          title={texts.components.emptyTitle}
          action={<ButtonLink to="/components">{texts.components.title}</ButtonLink>}
        >
          {texts.components.empty}
        </Empty>
      )}
      {result && result.length > 0 && <SetComponentForm {...props} components={result} />}
    </Dialog>
  );
}

function SetComponentForm({
  employeeId,
  currency = '',
  components,
  onDone,
}: SetComponentDialogProps & { components: PayComponent[] }) {
  const { values, bind } = useFields(() => ({
    componentId: components[0]?.id ?? '',
    way: 'amount',
    value: '',
    from: today(),
    to: '',
    cap: '',
    capPer: '',
    priority: '100',
  }));
  const [percentOf, setPercentOf] = useState<readonly string[]>([]);
  const chosen = components.find(({ id }) => id === values.componentId);
  const way = oneOf<Way>(values.way, words.ways) ?? 'amount';
  const capPer = oneOf<CapPeriod>(values.capPer, texts.capPeriod);
  const others = components.filter(({ id }) => id !== values.componentId);
  const save = useAction(async () => {
    const money = (amount: string) => ({ amount: numberTyped(amount), currency });
    await change(SetEmployeeComponentDocument, {
      input: {
        employeeId,
        componentId: values.componentId,
        effectiveFrom: values.from,
        ...(values.to !== '' && { effectiveTo: values.to }),
        ...(way === 'percent'
          ? {
              percent: numberTyped(values.value),
              percentOf: percentOf.filter((id) => id !== values.componentId),
            }
          : { [way]: money(values.value) }),
        ...(capPer && { cap: money(values.cap), capPer }),
        ...(chosen?.kind === 'DEDUCTION' && { priority: Number(values.priority) }),
      },
    });
    onDone(values.from);
  });
  const field = fieldOf(save.error)?.split('.')[0];
  return (
    <Form onSubmit={() => void save.run()}>
      {save.error !== undefined && <Failure error={save.error} />}
      <SelectField
        {...bind('componentId')}
        label={words.component}
        options={components.map(({ id, name, code }) => [id, `${name} (${code})`])}
        fault={field === 'componentId' ? texts.invalid.generic : undefined}
      />
      <Row>
        <SelectField {...bind('way')} label={words.way} options={optionsOf(words.ways)} />
        <TextField
          {...bind('value')}
          inputMode="decimal"
          label={way === 'percent' ? words.ways.percent : `${words.ways[way]} (${currency})`}
          fault={
            field === way
              ? way === 'percent'
                ? words.percentFault(numberToType('2.5'))
                : amountFault(currency)
              : undefined
          }
        />
      </Row>
      {way === 'percent' && others.length > 0 && (
        <fieldset>
          <legend>{words.percentOf}</legend>
          <p>{words.percentOfHint}</p>
          {others.map(({ id, name }) => (
            <CheckField
              key={id}
              label={name}
              checked={percentOf.includes(id)}
              onChange={({ currentTarget }) =>
                setPercentOf(
                  currentTarget.checked ? [...percentOf, id] : percentOf.filter((one) => one !== id),
                )
              }
            />
          ))}
        </fieldset>
      )}
      <Row>
        <TextField
          {...bind('from')}
          type="date"
          label={texts.payRuns.from}
          fault={field === 'effectiveFrom' ? words.daysFault : undefined}
        />
        <TextField
          {...bind('to')}
          type="date"
          label={texts.payRuns.to}
          hint={words.toHint}
          fault={field === 'effectiveTo' ? words.lastDayFault : undefined}
        />
      </Row>
      <Row>
        <SelectField
          {...bind('capPer')}
          label={words.cap}
          options={optionsOf(texts.capPeriod, words.noCap)}
        />
        {capPer && (
          <TextField
            {...bind('cap')}
            inputMode="decimal"
            label={`${words.capAmount} (${currency})`}
            fault={field === 'cap' ? amountFault(currency) : undefined}
          />
        )}
      </Row>
      {chosen?.kind === 'DEDUCTION' && (
        <TextField
          {...bind('priority')}
          type="number"
          min={0}
          label={words.priority}
          hint={words.priorityHint}
          fault={field === 'priority' ? texts.invalid.generic : undefined}
        />
      )}
      <Button look="primary" type="submit" busy={save.busy}>
        {words.set}
      </Button>
    </Form>
  );
}
