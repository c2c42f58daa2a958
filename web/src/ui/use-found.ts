import { useEffect, useState } from 'react';

interface Found<One> {
  found: readonly One[];
  isSearching: boolean;
  error: unknown;
}

const waitMs = 150;

/**
 * What is found by what is typed, a moment after the last key.
 *
 * @param find the same function each time
 */
export function useFound<One>(typed: string, find: (typed: string) => Promise<readonly One[]>): Found<One> {
  const [state, setState] = useState<Found<One>>({ found: [], isSearching: false, error: undefined });
  const search = typed.trim();
  useEffect(() => {
    if (search === '') return setState({ found: [], isSearching: false, error: undefined });
    let isNewest = true;
    setState(({ found }) => ({ found, isSearching: true, error: undefined }));
    const timer = setTimeout(() => {
      void find(search)
        .then((found) => ({ found, error: undefined }))
        .catch((error: unknown) => ({ found: [], error }))
        .then((end) => isNewest && setState({ ...end, isSearching: false }));
    }, waitMs);
    return () => {
      isNewest = false;
      clearTimeout(timer);
    };
  }, [search, find]);
  return state;
}
