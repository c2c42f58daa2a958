import { loginDocument } from '../graphql/trusted-documents.js';
import type { Config } from './config.js';
import type { NewAccount } from './first-admin.js';

/** What the terminal shows when the server is ready. */
export function banner(url: string, accounts: NewAccount[], config: Config): string {
  const admin = accounts.find((account) => account.role === 'ADMIN');
  const graphqlUrl = `${url}/graphql`;
  const login = admin ?? { username: config.adminUsername };
  const lines = [
    'Stipend is ready.',
    '',
    ...(config.console ? [`  Console    ${url}/`] : []),
    `  GraphQL    ${graphqlUrl}${config.sandbox ? '  (open it in a browser for Apollo Sandbox)' : ''}`,
    '',
    '  To log in, run this, and send the token it returns as `Authorization: Bearer <token>`:',
    '',
    `  ${loginCurl(graphqlUrl, login.username, admin?.generatedPassword)}`,
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** The new accounts, with their generated passwords. */
export function accountsText(accounts: NewAccount[]): string {
  if (accounts.length === 0) return '';
  const width = Math.max(...accounts.map((account) => account.username.length));
  const shown = accounts.map(({ username, role, generatedPassword }) => {
    const password = generatedPassword ?? '(as given in ADMIN_PASSWORD)';
    return `  Account    username: ${username.padEnd(width)}  password: ${password}  role: ${role}`;
  });
  const generated = accounts.some((account) => account.generatedPassword !== undefined);
  const advice = '  Note these passwords down: they are not stored, and not shown again.';
  return [...shown, '', ...(generated ? [advice, ''] : []), ''].join('\n');
}

function loginCurl(url: string, username: string, password = '<password>'): string {
  // In a shell, single quotes cannot contain one; in JSON it can be written as an escape.
  const body = JSON.stringify({ query: loginDocument, variables: { username, password } }).replaceAll(
    "'",
    '\\u0027',
  );
  return `curl -s ${url} -H 'content-type: application/json' -d '${body}'`;
}
