// Values of variables in error texts: short, and nothing in them disturbs a terminal.
import { type JsonValue, shortJson } from 'training-kit/data';

/** `value` as JSON, cut where it is long. */
export function quoted(value: JsonValue): string {
  return printable(shortJson(value));
}

/** JSON leaves the control characters from U+007F on as they are, and JSON.parse quotes all of them so. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\ufffd');
}
