/** What the console's pages may load: nothing but their own files. No script, style or frame of any other origin, none inline. */
const ownFilesOnly = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

export const consolePolicy = [
  ...ownFilesOnly,
  // No text becomes a script.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** GraphiQL writes HTML, which Trusted Types would refuse, and its styles carry their fonts with them. */
export const explorerPolicy = ownFilesOnly
  .map((rule) => (rule === "font-src 'self'" ? `${rule} data:` : rule))
  .join('; ');
