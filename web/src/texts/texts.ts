import type { Texts } from './en.js';

/** The browser's locale: for dates, numbers and money. */
export const locale = navigator.language;

const language = locale.toLowerCase().startsWith('de') ? 'de' : 'en';

/** The catalogue of the reader's language, the only one that is loaded. */
export const texts: Texts = language === 'de' ? (await import('./de.js')).de : (await import('./en.js')).en;

document.documentElement.lang = language;
