// Parses JSON from files that may come from anyone: refuses equal keys and deep nesting, which JSON.parse lets pass.

/** Why a text was refused; the message completes "the text is …". Stays inside this library. */
export class StrictJsonError extends TypeError {}

/**
 * JSON.parse that refuses equal keys in one object, of which it would keep the last while another reader might keep
 * the first, and deep nesting, which would take many times the text's size in memory.
 *
 * @throws StrictJsonError for these and for what is no JSON
 */
export function parseStrictJson(json: string, maxDepth: number): unknown {
  checkStructure(json, maxDepth);
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new StrictJsonError('not JSON', { cause: error });
  }
}

const MAX_QUOTED = 80;

/** For error texts: JSON, so that nothing in a name can disturb a terminal, and never long. */
export function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= MAX_QUOTED ? text : `${text.slice(0, MAX_QUOTED)}…`;
}

/** @param json need not be valid JSON */
function checkStructure(json: string, maxDepth: number): void {
  const open: (Set<string> | undefined)[] = []; // keys seen, for each open object; undefined for a list
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '{' || character === '[') {
      if (open.push(character === '{' ? new Set() : undefined) > maxDepth) {
        throw new StrictJsonError(`JSON that nests deeper than ${maxDepth} levels`);
      }
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const start = i;
      i = endOfString(json, start);
      const keys = open.at(-1);
      if (keys === undefined || !isFollowedByColon(json, i)) continue;
      const key = json.slice(start, i + 1);
      const name = key.includes('\\') ? keyFrom(key) : key.slice(1, -1);
      if (keys.has(name)) throw new StrictJsonError(`JSON that has the key ${short(name)} twice`);
      keys.add(name);
    }
  }
}

function keyFrom(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch (error) {
    throw new StrictJsonError('not JSON', { cause: error });
  }
}

/** Index of the quote that closes the string opened at `start`; the text's end when there is none. */
function endOfString(json: string, start: number): number {
  for (let quote = json.indexOf('"', start + 1); quote !== -1; quote = json.indexOf('"', quote + 1)) {
    let numBackslashes = 0;
    while (json[quote - 1 - numBackslashes] === '\\') numBackslashes++;
    if (numBackslashes % 2 === 0) return quote;
  }
  return json.length;
}

function isFollowedByColon(json: string, index: number): boolean {
  let next = index + 1;
  while (json[next] === ' ' || json[next] === '\n' || json[next] === '\r' || json[next] === '\t') next++;
  return json[next] === ':';
}
