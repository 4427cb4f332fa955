// How far a training is: a bar in a terminal, a plain line now and then elsewhere. Drawn when a step is reported and at
// no other time: timers would stand still while the thread computes, and would keep a failed process alive.
import { terminalColumns } from '../command-line/terminal.js';
import { formatDuration } from '../words/duration.js';
import { createRateMeter } from './rate-meter.js';

/** The part of a stream that is written to; `process.stdout` for one. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface ProgressOptions {
  /** Steps of the whole training. */
  readonly numSteps: number;
  /** Steps made before, by a run that is resumed; 0 when left out. */
  readonly fromStep?: number;
  /** Standard output when left out. A terminal gets the bar, unless TERM is `dumb`. No colours, with or without NO_COLOR. */
  readonly stream?: ProgressStream;
  /** Milliseconds; a monotonic clock by default. */
  readonly now?: () => number;
  /** Time between plain lines; 10 when left out. */
  readonly secondsPerLine?: number;
}

/** What is shown of a step. */
export interface StepReport {
  readonly loss: number;
  readonly numImages: number;
  /** Time that the step waited for its batch. */
  readonly waitMs?: number;
}

export interface Progress {
  /** @param step optimizer updates made */
  update(step: number, report: StepReport): void;
  /** Writes a line above the bar. */
  print(line: string): void;
  /** Leaves the last state on the screen; to be called once, at the end. */
  stop(): void;
}

const HALF_LIFE_MS = 30_000;
const MS_PER_FRAME = 100;
const MAX_BAR_WIDTH = 24;
const MIN_BAR_WIDTH = 6;
const CLEAR_LINE = '\r\u001b[K';

/** Starts to measure. */
export function createProgress(options: ProgressOptions): Progress {
  const { numSteps, fromStep = 0, secondsPerLine = 10, now = () => performance.now() } = options;
  const stream: ProgressStream = options.stream ?? process.stdout;
  const isTerminal = stream.isTTY === true && process.env.TERM !== 'dumb';
  const meter = createRateMeter(now(), HALF_LIFE_MS);
  const msPerOutput = isTerminal ? MS_PER_FRAME : secondsPerLine * 1000;
  let lastStep = fromStep;
  let line = '';
  let isShown = true; // the newest line
  let lastShownMs = -Infinity;

  const columns = () => terminalColumns(stream) - 1; // a line of full width would wrap in some terminals
  const clear = () => {
    if (isTerminal && line !== '') stream.write(CLEAR_LINE);
  };
  const show = () => {
    if (line === '') return;
    stream.write(isTerminal ? `${CLEAR_LINE}${line.slice(0, columns())}` : `${line}\n`);
    isShown = true;
  };

  return {
    update(step, report) {
      const nowMs = now();
      meter.add(nowMs, { steps: step - lastStep, images: report.numImages, waitMs: report.waitMs ?? 0 });
      lastStep = step;
      line = factsOf(step, numSteps, report, meter.perSecond('steps'), meter.perSecond('images'));
      if (report.waitMs !== undefined) line += `  waiting ${Math.round(meter.perSecond('waitMs') / 10)} %`;
      if (isTerminal) line = barOf(step / numSteps, columns() - line.length - 3) + line;
      isShown = false;
      if (nowMs - lastShownMs < msPerOutput && step < numSteps) return;
      lastShownMs = nowMs;
      show();
    },
    print(text) {
      clear();
      stream.write(`${text}\n`);
      if (isTerminal) show();
    },
    stop() {
      if (!isShown) show();
      if (isTerminal && line !== '') stream.write('\n');
      line = '';
    },
  };
}

/** Nothing where there is little room: the facts say more. */
function barOf(fraction: number, room: number): string {
  const width = Math.min(MAX_BAR_WIDTH, room);
  if (width < MIN_BAR_WIDTH) return '';
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return `[${'='.repeat(filled)}${' '.repeat(width - filled)}] `;
}

function factsOf(
  step: number,
  numSteps: number,
  { loss }: StepReport,
  stepsPerSecond: number,
  imagesPerSecond: number,
): string {
  const facts = [
    `${Math.floor((100 * step) / numSteps)} %`.padStart(5),
    `step ${step}/${numSteps}`,
    `loss ${loss.toPrecision(4)}`,
  ];
  if (stepsPerSecond > 0) {
    // From 99.5 on two digits would be 1.0e+2.
    facts.push(`${imagesPerSecond >= 99.5 ? Math.round(imagesPerSecond) : imagesPerSecond.toPrecision(2)} images/s`);
    facts.push(`ETA ${formatDuration((numSteps - step) / stepsPerSecond)}`);
  }
  return facts.join('  ');
}
