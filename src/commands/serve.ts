import { type App, createApp } from '../start/app.js';
import { accountsText, banner } from '../start/banner.js';
import type { CommandContext } from './command.js';

/** `npm start`: starts the server, and prints the new accounts and how to log in. */
export async function serve({ config, log, print, onProgress }: CommandContext): Promise<App> {
  const app = await createApp(config, {
    log,
    onProgress,
    onNewAccounts: (accounts) => print(accountsText(accounts)),
  });
  print(banner(app.url, app.newAccounts, config));
  return app;
}
