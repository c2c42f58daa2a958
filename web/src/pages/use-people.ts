import { useEffect, useState } from 'react';
import { ask } from '../api.js';
import { EmployeesDocument } from '../generated/graphql.js';

interface Found {
  people: ReadonlyArray<{ id: string; name: string; department: string }>;
  isSearching: boolean;
  error: unknown;
}

const waitMs = 150;
const maxPeople = 8;
const nobody: Found = { people: [], isSearching: false, error: undefined };

/** Finds people by what is typed. */
export function usePeople(typed: string, mayRead: boolean): Found {
  const [found, setFound] = useState(nobody);
  const search = typed.trim();
  useEffect(() => {
    if (search === '' || !mayRead) return setFound(nobody);
    let isNewest = true;
    setFound(({ people }) => ({ people, isSearching: true, error: undefined }));
    const timer = setTimeout(() => {
      void ask(EmployeesDocument, { first: maxPeople, filter: { search } })
        .then(({ employees }) => ({ ...nobody, people: employees.nodes }))
        .catch((error: unknown) => ({ ...nobody, error }))
        .then((found) => isNewest && setFound(found));
    }, waitMs);
    return () => {
      isNewest = false;
      clearTimeout(timer);
    };
  }, [search, mayRead]);
  return found;
}
