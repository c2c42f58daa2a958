/** Whether somebody has to log in again, over whatever page is open. */

interface Waiting {
  promise: Promise<void>;
  done(): void;
}

let waiting: Waiting | undefined;
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

/** Resolves when the dialog has logged the same user in. */
export function logInAgain(): Promise<void> {
  if (!waiting) {
    let done = () => {};
    const promise = new Promise<void>((resolve) => {
      done = resolve;
    });
    waiting = { promise, done };
    tell();
  }
  return waiting.promise;
}

export function loggedInAgain(): void {
  waiting?.done();
  waiting = undefined;
  tell();
}

export const isSessionOver = (): boolean => waiting !== undefined;

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** All tabs share one session: a tab that shows another user's pages starts again. */
const tabs = new BroadcastChannel('stipend-user');

export const tellTabs = (userId: string): void => tabs.postMessage(userId);

export function onOtherUser(userId: string, act: () => void): void {
  tabs.onmessage = ({ data }) => {
    if (data !== userId) act();
    else loggedInAgain();
  };
}
