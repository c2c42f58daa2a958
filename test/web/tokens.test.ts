import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The explorer's own styles are laid over those of GraphiQL. */
const sheets = readdirSync('web/src', { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.css') && !/(tokens|explorer)\.css$/.test(name),
);

test('every colour and every size of type is a token, and each token that is used is there', () => {
  const tokens = readFileSync('web/src/ui/tokens.css', 'utf8');
  const defined = new Set([...tokens.matchAll(/^ {2}(--[\w-]+):/gm)].map(([, name]) => name));
  expect(sheets.length).toBeGreaterThan(10);
  for (const name of sheets) {
    const text = readFileSync(`web/src/${name}`, 'utf8');
    expect(text.match(/#[\da-f]{3,8}\b|\b(rgb|hsl|oklch|color-mix)a?\(/gi), name).toBeNull();
    expect(text.match(/font-size:(?! 100%;| var\(--text-\w+\);).*/g), name).toBeNull();
    for (const [, token] of text.matchAll(/var\((--[\w-]+)/g)) expect(defined, name).toContain(token);
  }
});
