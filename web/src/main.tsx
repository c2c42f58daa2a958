import { isStipendError } from '@stipend/client';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { readMe } from './api.js';
import { LoginDialog, LoginPage } from './pages/login.js';
import type { Me } from './pages/page-links.js';
import { createConsoleRouter } from './router.js';
import { isSessionOver, loggedInAgain, onOtherUser, onSession, tellTabs } from './session.js';
import './ui/tokens.css';
import './ui/base.css';
import { Failure } from './ui/failure.js';
import { Alone, Skeleton } from './ui/layout.js';
import { Progress } from './ui/progress.js';

type Caller =
  | { is: 'unknown' }
  | { is: 'nobody' }
  | { is: 'user'; me: Me }
  | { is: 'failed'; error: unknown };

function App() {
  const [caller, setCaller] = useState<Caller>({ is: 'unknown' });
  const find = useCallback(async () => {
    try {
      const me = await readMe();
      tellTabs(me.id);
      setCaller({ is: 'user', me });
    } catch (error) {
      setCaller(isStipendError(error, 'UNAUTHENTICATED') ? { is: 'nobody' } : { is: 'failed', error });
    }
  }, []);
  useEffect(() => void find(), [find]);
  switch (caller.is) {
    case 'unknown':
      return (
        <Alone>
          <Progress busy />
          <Skeleton />
        </Alone>
      );
    case 'nobody':
      return <LoginPage onLoggedIn={find} />;
    case 'failed':
      return (
        <Alone>
          <Failure error={caller.error} onRetry={() => void find()} />
        </Alone>
      );
    case 'user':
      return <SignedIn me={caller.me} />;
  }
}

function SignedIn({ me }: { me: Me }) {
  const router = useMemo(() => createConsoleRouter(me), [me]);
  const isOver = useSyncExternalStore(onSession, isSessionOver);
  useEffect(() => onOtherUser(me.id, () => window.location.assign('/')), [me.id]);
  const goOn = useCallback(async () => {
    const now = await readMe();
    tellTabs(now.id);
    // Another user's pages are other pages.
    if (now.id === me.id && now.role === me.role) loggedInAgain();
    else window.location.assign('/');
  }, [me]);
  return (
    <>
      <RouterProvider router={router} />
      {isOver && <LoginDialog username={me.username} onLoggedIn={goOn} />}
    </>
  );
}

const place = document.getElementById('app');
if (place)
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
