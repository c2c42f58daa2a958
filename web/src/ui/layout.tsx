import { type ReactNode, useEffect, useId, useRef } from 'react';
import { texts } from '../texts/texts.js';
import { Buttons, classes } from './controls.js';
import css from './layout.module.css';

/** A page: its heading, which the browser's title repeats, what can be done, and its content. */
export function Page({
  title,
  lead,
  actions,
  children,
}: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · ${texts.app}`;
  }, [title]);
  return (
    <div className={css.page}>
      <div className={css.head}>
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {lead && <p className={css.lead}>{lead}</p>}
        </div>
        {actions && <Buttons>{actions}</Buttons>}
      </div>
      {children}
    </div>
  );
}

/** The whole window, before it is known who looks at it. */
export const Alone = ({ children }: { children: ReactNode }) => <main className={css.alone}>{children}</main>;

export function Section({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={css.section} aria-labelledby={id}>
      <div className={css.head}>
        <h2 id={id}>{title}</h2>
        {actions && <Buttons>{actions}</Buttons>}
      </div>
      {children}
    </section>
  );
}

export const Card = ({ children }: { children: ReactNode }) => <div className={css.card}>{children}</div>;

export function Facts({ facts }: { facts: ReadonlyArray<readonly [name: string, value: ReactNode]> }) {
  return (
    <dl className={classes(css.card, css.facts)}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export type Tone = 'neutral' | 'good' | 'warn' | 'bad';

export const Badge = ({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) => (
  <span className={classes(css.badge, tone !== 'neutral' && css[tone])}>{children}</span>
);

export const Badges = ({ children }: { children: ReactNode }) => <div className={css.badges}>{children}</div>;

/** Says what came of something. Screen readers read it out. */
export const Notice = ({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) => (
  <div
    className={classes(css.notice, tone !== 'neutral' && css[tone])}
    role={tone === 'bad' ? 'alert' : 'status'}
  >
    {children}
  </div>
);

/** What to do next, where there is nothing to show. */
export const Empty = ({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) => (
  <div className={classes(css.card, css.empty)}>
    <strong>{title}</strong>
    {children && <p>{children}</p>}
    {action}
  </div>
);

/** Where a page's content will be. */
export function Skeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div className={css.page} aria-busy="true">
      <span className={css.hidden} role="status">
        {texts.common.loading}
      </span>
      <div className={classes(css.card, css.section)}>
        {Array.from({ length: rows }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
          <span key={index} className={css.skeleton} />
        ))}
      </div>
    </div>
  );
}

/** A modal dialog, the browser's own: it holds the focus and closes with Escape. */
export function Dialog({
  title,
  wide,
  onClose,
  children,
}: {
  title: string;
  /** For a table. */
  wide?: boolean;
  /** Without it, the dialog can't be left undone. */
  onClose?: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={classes(css.dialog, wide && css.wide)}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
    >
      <div>
        <h2 id={id}>{title}</h2>
        {children}
        {onClose && (
          <button type="button" className={css.close} aria-label={texts.common.cancel} onClick={onClose}>
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
              <path d="M3 3l10 10M13 3L3 13" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" />
            </svg>
          </button>
        )}
      </div>
    </dialog>
  );
}
