import { useRef, useState } from 'react';

export interface Action<Args extends unknown[], Result> {
  run(...args: Args): Promise<void>;
  busy: boolean;
  error: unknown;
  result: Result | undefined;
  reset(): void;
}

/** Runs something once at a time: a second click while it runs does nothing. */
export function useAction<Args extends unknown[], Result>(
  act: (...args: Args) => Promise<Result>,
): Action<Args, Result> {
  const running = useRef(false);
  const [state, setState] = useState<{ busy: boolean; error?: unknown; result?: Result | undefined }>({
    busy: false,
  });
  const run = async (...args: Args) => {
    if (running.current) return;
    running.current = true;
    setState({ busy: true });
    try {
      setState({ busy: false, result: await act(...args) });
    } catch (error) {
      setState({ busy: false, error });
    } finally {
      running.current = false;
    }
  };
  return {
    run,
    busy: state.busy,
    error: state.error,
    result: state.result,
    reset: () => setState({ busy: false }),
  };
}
