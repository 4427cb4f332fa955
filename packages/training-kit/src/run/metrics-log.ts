// metrics.jsonl: one JSON object a line, appended and flushed at once, so that a killed run loses no line.
import { appendFileSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { codeOf, DataError, reasonOf } from '../errors.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { writeError } from '../files/write-error.js';
import { isCount, isJsonObject, type JsonValue } from '../json/json.js';

/** One line of the log. */
export interface LogEntry {
  /** Optimizer updates made. */
  readonly step: number;
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface MetricsLog {
  append(entry: LogEntry): void;
  /** All complete lines, the file's order. A last line that was cut short is left out. */
  read(): LogEntry[];
  /** Number of complete lines. */
  count(): number;
  /** Drops what was logged at steps after `lastStep`, lines beyond `maxLines`, and a last line that was cut short. */
  keepUpTo(lastStep: number, maxLines?: number): Promise<void>;
  /** Returns when all lines are on the disk. */
  sync(): Promise<void>;
}

const STEP = 'step';
const WALL_TIME = 'wallTime';

/** The log `file`, which need not exist. Its functions throw DataError when it cannot be read or written. */
export function openMetricsLog(file: string): MetricsLog {
  let numLines: number | undefined; // counted once, then kept: the file grows long
  return {
    count: () => (numLines ??= completeLines(file).length),
    append(entry) {
      const line = lineOf(entry);
      try {
        appendFileSync(file, `${line}\n`);
        if (numLines !== undefined) numLines++;
      } catch (error) {
        throw writeError(file, error);
      }
    },
    read: () => completeLines(file).map((line, i) => entryOf(line, i + 1, file)),
    async keepUpTo(lastStep, maxLines = Infinity) {
      const lines = completeLines(file).filter((line, i) => entryOf(line, i + 1, file).step <= lastStep);
      const kept = lines.slice(0, maxLines);
      numLines = kept.length;
      await writeFileAtomically(file, kept.map((line) => `${line}\n`).join(''));
    },
    async sync() {
      try {
        const handle = await open(file, 'a');
        await handle.sync().finally(() => handle.close());
      } catch (error) {
        throw writeError(file, error);
      }
    },
  };
}

function completeLines(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new DataError(file, `Cannot read the metrics log ${file}: ${reasonOf(error)}`, { cause: error });
  }
  // Editors may leave a byte order mark in front.
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .slice(0, -1); // what follows the last newline was cut short, or is nothing
}

function lineOf({ step, wallTime, metrics }: LogEntry): string {
  for (const name of [STEP, WALL_TIME]) {
    if (Object.hasOwn(metrics, name)) throw new RangeError(`A metric cannot be named ${name}: each line has its own.`);
  }
  // JSON has no NaN and no infinities; as text they survive.
  const values = Object.entries(metrics).map(([name, value]) => [name, Number.isFinite(value) ? value : String(value)]);
  return JSON.stringify({ [STEP]: step, [WALL_TIME]: wallTime, ...(Object.fromEntries(values) as object) });
}

function entryOf(line: string, lineNumber: number, file: string): LogEntry {
  const { [STEP]: step, [WALL_TIME]: wallTime, ...values } = objectIn(line, lineNumber, file);
  if (!isCount(step) || typeof wallTime !== 'number') throw damaged(file, lineNumber, 'has no step or wallTime');
  const metrics = Object.entries(values).map(([name, value]): [string, number] => {
    if (typeof value === 'number') return [name, value];
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return [name, Number(value)];
    throw damaged(file, lineNumber, `has a ${name} that is no number`);
  });
  return { step, wallTime, metrics: Object.fromEntries(metrics) };
}

function objectIn(line: string, lineNumber: number, file: string): Readonly<Record<string, JsonValue>> {
  let value: JsonValue;
  try {
    value = JSON.parse(line) as JsonValue;
  } catch (error) {
    throw damaged(file, lineNumber, 'is not JSON', error);
  }
  if (!isJsonObject(value)) throw damaged(file, lineNumber, 'is not an object');
  return value;
}

function damaged(file: string, lineNumber: number, what: string, cause?: unknown): DataError {
  return new DataError(file, `The metrics log ${file} is damaged: line ${lineNumber} ${what}. Remove that line.`, {
    cause,
  });
}
