// Values from files in error texts: as JSON, so that nothing in them can disturb a terminal, and never long.

/** `value` as JSON, cut after `maxLength` characters. A number that JSON has no word for is written as JavaScript does. */
export function shortJson(value: unknown, maxLength = 80): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}
