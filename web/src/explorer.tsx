import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { client } from './api.js';
import { texts } from './texts/texts.js';
import './ui/tokens.css';
import 'graphiql/graphiql.css';
import './explorer.css';

const { lang } = document.documentElement;
// GraphiQL's own texts are in English.
document.documentElement.lang = 'en';

/** The API explorer: a page of its own, since GraphiQL needs another policy, and is large. */
function Explorer() {
  return (
    <GraphiQL
      fetcher={async ({ query, variables, operationName }) => {
        const { data, errors } = await client.execute({
          query,
          ...(variables && { variables }),
          ...(operationName && { operationName }),
        });
        return { data, ...(errors && { errors }) };
      }}
    >
      <GraphiQL.Logo>
        <h1 lang={lang}>
          <a href="/">{texts.app}</a> {texts.nav.explorer}
        </h1>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

/** What CodeMirror leaves out: a name for what is typed into, and a way to scroll by the keyboard. */
function nameEditors(): void {
  for (const area of document.querySelectorAll('.CodeMirror textarea:not([aria-label])')) {
    area.setAttribute(
      'aria-label',
      area.closest('section[aria-label]')?.getAttribute('aria-label') ?? 'Editor',
    );
  }
  for (const scroller of document.querySelectorAll('.CodeMirror-scroll[tabindex="-1"]'))
    scroller.setAttribute('tabindex', '0');
}

const place = document.getElementById('explorer');
if (place) {
  new MutationObserver(nameEditors).observe(place, { childList: true, subtree: true });
  createRoot(place).render(<Explorer />);
}
