import { useEffect, useId, useSyncExternalStore } from 'react';
import { texts } from '../texts/texts.js';
import css from './progress.module.css';

const longMs = 1_000;

/** What has been waited for longer than that, the first first. */
let long: readonly string[] = [];
const listeners = new Set<() => void>();

function setLong(ids: readonly string[]): void {
  long = ids;
  for (const listener of listeners) listener();
}

function onLong(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A bar over the page for whatever takes longer than a second. However much is waited for, there is one. */
export function Progress({ busy }: { busy: boolean }) {
  const id = useId();
  const first = useSyncExternalStore(onLong, () => long[0]);
  useEffect(() => {
    if (!busy) return;
    const timer = setTimeout(() => setLong([...long, id]), longMs);
    return () => {
      clearTimeout(timer);
      setLong(long.filter((one) => one !== id));
    };
  }, [busy, id]);
  return first === id ? (
    <div className={css.progress} role="progressbar" aria-label={texts.common.loading} />
  ) : null;
}
