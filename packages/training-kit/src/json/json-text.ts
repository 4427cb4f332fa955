// JSON as people's programs write it: with a byte order mark, in UTF-16, with Python's NaN. What can only mean one thing
// is read; of all else the true cause is said.
import { reasonOf } from '../errors.js';
import { shortJson } from '../words/short-json.js';
import { checkDepth, type JsonValue } from './json.js';

/**
 * Reads the bytes of a JSON file that somebody else may have written.
 *
 * Takes UTF-8 and UTF-16, with or without a byte order mark, and `NaN`, `Infinity` and `-Infinity` as values: they
 * become those numbers, for the caller to refuse where they cannot be.
 *
 * @throws SyntaxError for what is no JSON, for a key that one object has twice, and for deep nesting; its message is
 *   made to follow `Cannot read FILE: `, without a full stop
 */
export function parseJsonBytes(bytes: Uint8Array): JsonValue {
  checkKind(bytes);
  const text = textOf(bytes);
  if (text.trim() === '') throw new SyntaxError('the file is empty');
  const value = parseWithNonFinite(text);
  checkDepth(value);
  checkKeys(text);
  return value;
}

/** What is often found under the name of a JSON file. */
const otherKinds: readonly { readonly head: string; readonly what: string }[] = [
  { head: 'version https://git-lfs', what: 'a Git LFS pointer, not the file itself; `git lfs pull` fetches it' },
  { head: '<', what: 'a web page or XML, not JSON; a download may have saved a sign-in page' },
  { head: '\x1f\x8b', what: 'packed with gzip; unpack it first' },
  { head: 'PK\x03\x04', what: 'a zip archive; unpack it first' },
  { head: '\x89HDF', what: 'HDF5, not JSON' },
  { head: 'MATLAB 5.0', what: 'a MATLAB file, not JSON' },
];

function checkKind(bytes: Uint8Array): void {
  const head = Buffer.from(bytes.subarray(0, 64)).toString('latin1').replace(/^ï»¿/, '').trimStart();
  const kind = otherKinds.find(({ head: start }) => head.startsWith(start));
  if (kind !== undefined) throw new SyntaxError(`it is ${kind.what}`);
}

/** JSON begins with an ASCII character, so zeros among its first bytes tell the encoding where no mark does. */
function textOf(bytes: Uint8Array): string {
  const [a, b, c, d] = bytes;
  const isWide = bytes.length >= 4 && ((a === 0 && b === 0) || (c === 0 && d === 0 && b !== undefined));
  if (isWide) throw new SyntaxError('it is text in UTF-32 or holds zero bytes; save it as UTF-8');
  const isBigEndian = (a === 0xfe && b === 0xff) || (a === 0 && b !== undefined);
  const isLittleEndian = (a === 0xff && b === 0xfe) || (b === 0 && a !== undefined);
  if (!isBigEndian && !isLittleEndian) return decoded(bytes, 'utf-8');
  if (bytes.length % 2 !== 0) throw new SyntaxError('it is UTF-16 with an odd number of bytes: the file is cut short');
  return decoded(isBigEndian ? Buffer.from(bytes).swap16() : bytes, 'utf-16le');
}

/** The mark itself is dropped. */
function decoded(bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le'): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const before = new TextDecoder(encoding).decode(bytes).split('\ufffd', 1)[0]!;
    const line = before.split('\n').length;
    throw new SyntaxError(`line ${line} holds bytes that are no ${encoding.toUpperCase()}; save the file as UTF-8`, {
      cause,
    });
  }
}

/**
 * A quoted string, or a bare word that Python writes for a number that JSON cannot hold, up to what ends a value. A string
 * that a cut file leaves open counts to the end: to look for its end from each quote inside it would take for ever.
 */
const stringOrNonFinite = /"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|(?<![\w.])(-?Infinity|NaN)(?=\s*(?:[,\]}]|$))/gs;

function parseWithNonFinite(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    const value = parseMarked(text);
    if (value !== undefined) return value;
    throw new SyntaxError(`it is not JSON (${reasonOf(cause)})`, { cause });
  }
}

/** @returns undefined for what is no JSON even with bare NaN and infinities */
function parseMarked(text: string): JsonValue | undefined {
  const mark = unusedCharacter(text);
  if (mark === undefined) return undefined;
  const marked = text.replaceAll(stringOrNonFinite, (found, word?: string) =>
    word === undefined ? found : `"${mark}${word}"`,
  );
  try {
    return JSON.parse(marked, (_, value: JsonValue) =>
      typeof value === 'string' && value.startsWith(mark) ? Number(value.slice(1)) : value,
    ) as JsonValue;
  } catch {
    return undefined; // told with the words for the text as it is
  }
}

/** A character for private use that stands nowhere in `text`, so that what it marks cannot be mistaken. */
function unusedCharacter(text: string): string | undefined {
  for (let code = 0xe000; code <= 0xf8ff; code++) {
    const character = String.fromCharCode(code);
    if (!text.includes(character) && !text.includes(`\\u${code.toString(16)}`)) return character;
  }
  return undefined;
}

/** Of equal keys JSON.parse keeps the last, where a reader of the file may mean the first. */
function checkKeys(text: string): void {
  const open: (Set<string> | undefined)[] = []; // keys seen in each open object; undefined for a list
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]/gs)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : undefined);
    else if (token === '}' || token === ']') open.pop();
    else {
      const keys = open.at(-1);
      if (keys === undefined || !isFollowedByColon(text, index + token.length)) continue;
      const key = JSON.parse(token) as string;
      if (keys.has(key)) {
        const line = text.slice(0, index).split('\n').length;
        throw new SyntaxError(`it gives the key ${shortJson(key)} twice, the second time in line ${line}`);
      }
      keys.add(key);
    }
  }
}

function isFollowedByColon(text: string, from: number): boolean {
  let next = from;
  while (' \n\r\t'.includes(text[next] ?? 'x')) next++;
  return text[next] === ':';
}
