import { type ComponentProps, useEffect, useId, useState } from 'react';
import css from './combobox.module.css';
import { classes, TextField } from './controls.js';

export interface Choice {
  id: string;
  text: string;
  /** What tells it from another one of the same text. */
  hint: string;
}

interface ComboboxProps<One extends Choice>
  extends Omit<ComponentProps<typeof TextField>, 'value' | 'onChange' | 'onKeyDown'> {
  /** What the list is called. */
  listName: string;
  typed: string;
  choices: readonly One[];
  /** What is waited for, or why nothing is found. */
  status: string | undefined;
  isOpen: boolean;
  /** Over what is below the field, instead of before it. */
  isFloating?: boolean;
  onTyped: (typed: string) => void;
  onChoose: (chosen: One) => void;
  /** With the arrow down. */
  onOpen?: () => void;
  /** Without it, Escape is for what the field is in. */
  onClose?: () => void;
}

/** A field whose list goes with what is typed: the arrows and Enter choose, and so does a click. */
export function Combobox<One extends Choice>({
  listName,
  typed,
  choices,
  status,
  isOpen,
  isFloating = false,
  onTyped,
  onChoose,
  onOpen,
  onClose,
  ...field
}: ComboboxProps<One>) {
  const id = useId();
  const [active, setActive] = useState(0);
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);
  const act = (key: string): boolean => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const chosen = choices[active];
    if (step !== undefined) setActive((active + step + choices.length) % Math.max(1, choices.length));
    else if (key === 'Enter' && chosen) onChoose(chosen);
    else if (key === 'Escape' && onClose) onClose();
    else return false;
    return true;
  };
  return (
    <div className={isFloating ? css.around : classes(isOpen && css.stack)}>
      <TextField
        {...field}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={isOpen ? `${id}-list` : undefined}
        aria-activedescendant={isOpen && choices[active] ? `${id}-${active}` : undefined}
        value={typed}
        onChange={({ currentTarget }) => {
          setActive(0);
          onTyped(currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (isOpen ? !act(event.key) : event.key !== 'ArrowDown' || !onOpen) return;
          event.preventDefault();
          if (!isOpen) onOpen?.();
        }}
      />
      <div className={classes(isOpen && (isFloating ? css.floating : css.stack))}>
        {isOpen && (
          <div id={`${id}-list`} role="listbox" aria-label={listName} className={css.list}>
            {choices.map((choice, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
              <div
                key={choice.id}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                className={css.option}
                // The field keeps the focus.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => onChoose(choice)}
              >
                <span>{choice.text}</span> <span className={css.hint}>{choice.hint}</span>
              </div>
            ))}
          </div>
        )}
        <p role="status">{isOpen && status}</p>
      </div>
    </div>
  );
}
