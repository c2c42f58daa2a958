import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { texts } from '../texts/texts.js';
import { Combobox } from '../ui/combobox.js';
import { sentenceOf } from '../ui/failure.js';
import { Dialog } from '../ui/layout.js';
import { useFound } from '../ui/use-found.js';
import { findPeople } from './find-people.js';
import { type Me, pagesFor } from './page-links.js';

/** Finds people and pages: what is typed, the arrows, Enter. */
export function Palette({ me, onClose }: { me: Me; onClose: () => void }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const { found: people, isSearching, error } = useFound(me.role === 'EMPLOYEE' ? '' : typed, findPeople);
  const choices = [
    ...pagesFor(me)
      .filter(({ text }) => text.toLowerCase().includes(typed.trim().toLowerCase()))
      .map(({ to, text }) => ({ id: to, text, hint: texts.palette.pages })),
    ...people.map(({ id, name, department }) => ({ id: `/employees/${id}`, text: name, hint: department })),
  ];
  const status = error !== undefined ? sentenceOf(error) : choices.length === 0 && texts.palette.nothing;
  return (
    <Dialog title={texts.palette.title} onClose={onClose}>
      <Combobox
        label={texts.palette.placeholder}
        autoFocus
        listName={texts.palette.title}
        typed={typed}
        choices={choices}
        status={isSearching ? texts.common.loading : status || undefined}
        isOpen
        onTyped={setTyped}
        onChoose={({ id }) => {
          onClose();
          void navigate({ to: id });
        }}
      />
    </Dialog>
  );
}
