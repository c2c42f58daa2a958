import { useEffect, useRef, useState } from 'react';
import { texts } from '../texts/texts.js';
import { type Choice, Combobox } from './combobox.js';
import { sentenceOf } from './failure.js';
import { useFound } from './use-found.js';

interface PickerProps {
  label: string;
  hint?: string;
  fault?: string | undefined;
  /** Whether the list is over what is below, as among filters. */
  isFloating?: boolean;
  value: Choice | undefined;
  onChange: (chosen: Choice | undefined) => void;
  /** Outside of a component: it stays the same. */
  find: (typed: string) => Promise<readonly Choice[]>;
}

/** One of many, found by typing. Emptied, it is nobody; what is typed and not chosen keeps the form from being sent. */
export function Picker({ label, hint, fault, isFloating = false, value, onChange, find }: PickerProps) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value?.text ?? '');
  const [isOpen, setOpen] = useState(false);
  const [isLeft, setLeft] = useState(false);
  const isUndecided = value === undefined && typed.trim() !== '';
  const { found, isSearching, error } = useFound(isUndecided ? typed : '', find);
  useEffect(() => field.current?.setCustomValidity(isUndecided ? texts.invalid.choice : ''), [isUndecided]);
  return (
    <Combobox
      ref={field}
      label={label}
      hint={hint}
      fault={fault ?? (isLeft && isUndecided ? texts.invalid.choice : undefined)}
      listName={label}
      typed={typed}
      choices={found}
      status={
        isSearching
          ? texts.common.loading
          : error !== undefined
            ? sentenceOf(error)
            : found.length === 0
              ? texts.palette.nothing
              : undefined
      }
      isOpen={isOpen && isUndecided}
      isFloating={isFloating}
      onTyped={(text) => {
        setTyped(text);
        setOpen(true);
        setLeft(false);
        if (value) onChange(undefined);
      }}
      onChoose={(chosen) => {
        setTyped(chosen.text);
        onChange(chosen);
      }}
      onOpen={() => setOpen(true)}
      onClose={() => setOpen(false)}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onBlur={() => {
        setOpen(false);
        setLeft(true);
      }}
    />
  );
}

/** A picker among filters: its choice goes into the URL by its id. */
export function FilterPicker({
  name,
  initial,
  ...rest
}: Pick<PickerProps, 'label' | 'find'> & { name: string; initial: Choice | undefined }) {
  const [chosen, setChosen] = useState(initial);
  return (
    <>
      <Picker {...rest} isFloating value={chosen} onChange={setChosen} />
      <input type="hidden" name={name} value={chosen?.id ?? ''} />
    </>
  );
}
