import { Link, type LinkProps } from '@tanstack/react-router';
import { type ComponentProps, type ReactNode, useId } from 'react';
import css from './controls.module.css';
import { Progress } from './progress.js';

export const classes = (...names: Array<string | false | undefined>): string =>
  names.filter(Boolean).join(' ');

interface ButtonProps extends ComponentProps<'button'> {
  /** A link is for a button within a row of a table. */
  look?: 'plain' | 'primary' | 'danger' | 'link';
  /** It stays in place and takes no second click. */
  busy?: boolean;
}

export function Button({ look = 'plain', busy = false, onClick, type = 'button', ...rest }: ButtonProps) {
  return (
    <>
      <button
        {...rest}
        type={type}
        className={look === 'plain' ? css.button : classes(look !== 'link' && css.button, css[look])}
        aria-disabled={busy || undefined}
        onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
      />
      <Progress busy={busy} />
    </>
  );
}

export function ButtonLink({
  look = 'plain',
  ...rest
}: LinkProps & { look?: 'plain' | 'primary'; children: ReactNode }) {
  return <Link {...rest} className={classes(css.button, look === 'primary' && css.primary)} />;
}

export const Buttons = ({ children }: { children: ReactNode }) => (
  <div className={css.buttons}>{children}</div>
);

interface FieldProps {
  label: string;
  hint?: string | undefined;
  /** What is wrong with it, in the reader's language. */
  fault?: string | undefined;
}

/** A control with its label, its hint and its message: the only place where they are put together. */
function Field({
  label,
  hint,
  fault,
  children,
}: FieldProps & { children: (given: ComponentProps<'input'> & { id: string }) => ReactNode }) {
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <div className={css.field}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        className: css.control,
        'aria-describedby': described || undefined,
        'aria-invalid': fault ? true : undefined,
      })}
      {hint && (
        <span className={css.hint} id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {fault && (
        <span className={css.fault} id={`${id}-fault`}>
          {fault}
        </span>
      )}
    </div>
  );
}

export function TextField({ label, hint, fault, ...rest }: FieldProps & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(given) => <input autoComplete="off" {...rest} {...given} />}
    </Field>
  );
}

interface SelectProps extends FieldProps, Omit<ComponentProps<'select'>, 'children'> {
  options: ReadonlyArray<readonly [value: string, text: string]>;
}

export function SelectField({ label, hint, fault, options, ...rest }: SelectProps) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {({ id, className, ...aria }) => (
        <select
          {...rest}
          id={id}
          className={className}
          aria-describedby={aria['aria-describedby']}
          aria-invalid={aria['aria-invalid']}
        >
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField({ label, ...rest }: { label: string } & ComponentProps<'input'>) {
  return (
    <label className={css.check}>
      <input type="checkbox" {...rest} /> {label}
    </label>
  );
}

/** The options of an enum, in the catalogue's words. */
export function optionsOf(names: Readonly<Record<string, string>>, all?: string): Array<[string, string]> {
  return [...(all === undefined ? [] : [['', all] satisfies [string, string]]), ...Object.entries(names)];
}

/** A field that says itself what is wrong with it, such as a picker without a choice, keeps its form from being sent. */
function isComplete(form: HTMLFormElement): boolean {
  for (const element of form.elements) {
    if (!(element instanceof HTMLInputElement) || !element.validity.customError) continue;
    element.focus();
    return false;
  }
  return true;
}

export const Form = ({ children, onSubmit }: { children: ReactNode; onSubmit: () => void }) => (
  <form
    className={css.form}
    noValidate
    onSubmit={(event) => {
      event.preventDefault();
      if (isComplete(event.currentTarget)) onSubmit();
    }}
  >
    {children}
  </form>
);

export const Row = ({ children }: { children: ReactNode }) => <div className={css.row}>{children}</div>;

/** Filters apply when they are sent, and live in the URL. */
export function Filters({ children, onSubmit }: { children: ReactNode; onSubmit: (data: FormData) => void }) {
  return (
    <search className={css.search}>
      <form
        className={css.filters}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isComplete(event.currentTarget)) onSubmit(new FormData(event.currentTarget));
        }}
      >
        {children}
      </form>
    </search>
  );
}
