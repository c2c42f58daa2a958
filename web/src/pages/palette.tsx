import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { texts } from '../texts/texts.js';
import { TextField } from '../ui/controls.js';
import { sentenceOf } from '../ui/failure.js';
import { Dialog } from '../ui/layout.js';
import { type Me, pagesFor } from './page-links.js';
import css from './palette.module.css';
import { usePeople } from './use-people.js';

interface Found {
  to: string;
  text: string;
  hint: string;
}

/** Finds people and pages: what is typed, the arrows, Enter. */
export function Palette({ me, onClose }: { me: Me; onClose: () => void }) {
  const navigate = useNavigate();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const { people, isSearching, error } = usePeople(typed, me.role !== 'EMPLOYEE');
  const pages = pagesFor(me)
    .filter(({ text }) => text.toLowerCase().includes(typed.trim().toLowerCase()))
    .map((page) => ({ ...page, hint: texts.palette.pages }));
  const found: Found[] = [
    ...pages,
    ...people.map(({ id, name, department }) => ({ to: `/employees/${id}`, text: name, hint: department })),
  ];
  const open = (entry: Found | undefined) => {
    if (!entry) return;
    onClose();
    void navigate({ to: entry.to });
  };
  return (
    <Dialog title={texts.palette.title} onClose={onClose}>
      <TextField
        label={texts.palette.placeholder}
        autoFocus
        role="combobox"
        aria-expanded={true}
        aria-controls={`${id}-list`}
        aria-activedescendant={found[chosen] && `${id}-${chosen}`}
        value={typed}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step !== undefined) setChosen((chosen + step + found.length) % Math.max(1, found.length));
          else if (event.key === 'Enter') open(found[chosen]);
          else return;
          event.preventDefault();
        }}
      />
      <div id={`${id}-list`} role="listbox" aria-label={texts.palette.title} className={css.list}>
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
          <div
            key={entry.to}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            className={css.option}
            onClick={() => open(entry)}
          >
            <span>{entry.text}</span> <span className={css.hint}>{entry.hint}</span>
          </div>
        ))}
      </div>
      <p role="status">
        {isSearching
          ? texts.common.loading
          : error !== undefined
            ? sentenceOf(error)
            : found.length === 0 && texts.palette.nothing}
      </p>
    </Dialog>
  );
}
