import { isStipendError } from '@stipend/client';
import { useEffect, useState } from 'react';
import { client } from '../api.js';
import { texts } from '../texts/texts.js';
import { Button, Form, TextField } from '../ui/controls.js';
import { sentenceOf } from '../ui/failure.js';
import { Dialog, Notice } from '../ui/layout.js';
import { useAction } from '../ui/use-action.js';
import css from './login.module.css';

/** The whole page, for somebody who is not logged in. */
export function LoginPage({ onLoggedIn }: { onLoggedIn: () => Promise<void> }) {
  useEffect(() => {
    document.title = `${texts.login.title} · ${texts.app}`;
  }, []);
  return (
    <main className={css.page}>
      <div className={css.card}>
        <img src="/icon.svg" alt="" width="40" height="40" />
        <h1>{texts.login.title}</h1>
        <LoginForm onLoggedIn={onLoggedIn} />
      </div>
    </main>
  );
}

/** Over the page that is open, which keeps what was typed. */
export function LoginDialog({ username, onLoggedIn }: { username: string; onLoggedIn: () => Promise<void> }) {
  return (
    <Dialog title={texts.login.again}>
      <p>{texts.login.over}</p>
      <LoginForm username={username} onLoggedIn={onLoggedIn} />
    </Dialog>
  );
}

function LoginForm({ username = '', onLoggedIn }: { username?: string; onLoggedIn: () => Promise<void> }) {
  const [name, setName] = useState(username);
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState(false);
  const login = useAction(async () => {
    await client.login(name, password);
    await onLoggedIn();
  });
  const submit = () => {
    const isComplete = name !== '' && password !== '';
    setMissing(!isComplete);
    if (isComplete) void login.run();
  };
  const required = (value: string) => (missing && value === '' ? texts.common.required : undefined);
  return (
    <Form onSubmit={submit}>
      {login.error !== undefined && <Notice tone="bad">{loginSentence(login.error)}</Notice>}
      <TextField
        label={texts.login.username}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={name}
        fault={required(name)}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <TextField
        label={texts.login.password}
        type="password"
        autoComplete="current-password"
        value={password}
        fault={required(password)}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <Button look="primary" type="submit" busy={login.busy}>
        {texts.login.submit}
      </Button>
    </Form>
  );
}

function loginSentence(error: unknown): string {
  if (isStipendError(error, 'UNAUTHENTICATED')) return texts.login.wrong;
  return isStipendError(error, 'FORBIDDEN') ? texts.error.insecure : sentenceOf(error);
}
