// The page's frame and the few functions through which every piece of text passes on its way into HTML.
import { stylesheet } from './stylesheet.js';

/** Text made safe between tags and inside double-quoted attributes; control characters, invalid in XML, are dropped. */
export function escapeHtml(text: string): string {
  return withoutControls(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Drops what neither HTML nor SVG may contain: control characters other than tab and newline, and lone surrogates. */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, (char) => (char === '\n' || char === '\t' ? char : ''));
}

/** Thin spaces between thousands; integers in full, other numbers with 4 significant digits. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('Infinity', '∞').replace('-', '−');
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e15)) {
    return value.toExponential(2).replace('e+', 'e').replaceAll('-', '−');
  }
  const isLarge = Number.isInteger(value) || Math.abs(value) >= 1e4;
  const digits = isLarge ? value.toFixed(0) : String(Number(value.toPrecision(4)));
  const [whole, fraction] = digits.split('.');
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return (fraction === undefined ? grouped : `${grouped}.${fraction}`).replace('-', '−');
}

export function formatValue(value: string | number): string {
  return typeof value === 'number' ? formatNumber(value) : value;
}

/** "1 value", "3 values". */
export function countOf(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A complete page. `title` is escaped here; `body` is HTML already. */
export function pageFrame(title: string, body: string): string {
  // The policy forbids every request, so a mistake elsewhere cannot make the page phone out or run a script.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
${stylesheet}
</style>
</head>
<body>
${body}
</body>
</html>
`;
}
