import { isStipendError } from '@stipend/client';
import { createRootRouteWithContext, Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { client } from '../api.js';
import { texts } from '../texts/texts.js';
import { Failure, PageFailure } from '../ui/failure.js';
import { Skeleton } from '../ui/layout.js';
import { Progress } from '../ui/progress.js';
import { useAction } from '../ui/use-action.js';
import { MissingPage } from './missing.js';
import { type Me, pagesFor } from './page-links.js';
import { Palette } from './palette.js';
import css from './root.module.css';

export const rootRoute = createRootRouteWithContext<{ me: Me }>()({
  component: Root,
  notFoundComponent: MissingPage,
  errorComponent: PageFailure,
  pendingComponent: Skeleton,
});

function Root() {
  const { me } = rootRoute.useRouteContext();
  const isLoading = useRouterState({ select: ({ isLoading }) => isLoading });
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [searching, setSearching] = useState(false);
  const leave = useAction(logOut);
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      setSearching(true);
    };
    window.addEventListener('keydown', open);
    return () => window.removeEventListener('keydown', open);
  }, []);
  useFocusOnNewPage(path);
  return (
    <div className={css.frame}>
      <a className={css.skip} href="#content">
        {texts.skip}
      </a>
      <Progress busy={isLoading || leave.busy} />
      <header className={css.side}>
        <span className={css.brand}>
          <img src="/icon.svg" alt="" width="24" height="24" /> {texts.app}
        </span>
        <button type="button" className={css.search} onClick={() => setSearching(true)}>
          <span>{texts.nav.search}</span> <kbd>{texts.palette.hint}</kbd>
        </button>
        <nav aria-label={texts.nav.label}>
          <ul className={css.links}>
            {pagesFor(me).map(({ to, text }) => (
              <li key={to}>
                <Link
                  to={to}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                  className={css.link}
                >
                  {text}
                </Link>
              </li>
            ))}
            {me.role !== 'EMPLOYEE' && (
              <li>
                <a href="/explorer" className={css.link}>
                  {texts.nav.explorer}
                </a>
              </li>
            )}
          </ul>
        </nav>
        <div className={css.who}>
          <span>
            <strong>{me.username}</strong>
            <br />
            {texts.role[me.role]}
          </span>
          <button type="button" className={css.logOut} onClick={() => void leave.run()}>
            {texts.nav.logOut}
          </button>
        </div>
      </header>
      <main id="content" className={css.main} tabIndex={-1}>
        {leave.error !== undefined && (
          <div className={css.notLeft}>
            <Failure error={leave.error} onRetry={() => void leave.run()}>
              {texts.error.stillIn}
            </Failure>
          </div>
        )}
        <Outlet />
      </main>
      {searching && <Palette me={me} onClose={() => setSearching(false)} />}
    </div>
  );
}

async function logOut(): Promise<void> {
  // Without an answer the session goes on, and the page has to say so.
  await client.logout().catch((error: unknown) => {
    if (!isStipendError(error, 'UNAUTHENTICATED')) throw error;
  });
  sessionStorage.clear();
  window.location.assign('/');
}

/** A screen reader announces a new page by its heading. */
function useFocusOnNewPage(path: string): void {
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it runs for each path
  useEffect(() => {
    // On a phone, the links scroll.
    document
      .querySelector('nav [aria-current=page]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (!isFirst.current) document.querySelector<HTMLElement>('main h1')?.focus();
    isFirst.current = false;
  }, [path]);
}
