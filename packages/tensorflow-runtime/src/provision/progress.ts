// Shows how far provisioning is: a bar in a terminal, a few plain lines in a log.
import { SingleBar } from 'cli-progress';

export interface Phase {
  /** Says how much of the phase's total is done by now. */
  update(doneBytes: number): void;
  end(): void;
}

export interface Progress {
  line(text: string): void;
  /** Opens a phase of known size; the previous one must have ended. */
  phase(title: string, totalBytes: number): Phase;
}

/** Standard error, or any other stream; what is no terminal gets plain lines. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

export const silentProgress: Progress = {
  line: () => undefined,
  phase: () => ({ update: () => undefined, end: () => undefined }),
};

/** Writes to `stream`: with a live bar when that is a terminal, otherwise a line at each quarter. */
export function createProgress(stream: ProgressStream): Progress {
  const line = (text: string): void => void stream.write(`${text}\n`);
  const phase = stream.isTTY === true ? barPhase(stream) : linePhase(line);
  return { line, phase };
}

const barPhase =
  (stream: ProgressStream): Progress['phase'] =>
  (title, totalBytes) => {
    const format = `${title} {bar} {percentage} % | {value}/{total} MB`;
    const bar = new SingleBar({ stream, format, hideCursor: true, barsize: 30 });
    bar.start(megabytes(totalBytes), 0);
    return {
      update: (doneBytes) => {
        bar.update(megabytes(Math.min(doneBytes, totalBytes)));
      },
      end: () => {
        bar.stop();
      },
    };
  };

const linePhase =
  (line: (text: string) => void): Progress['phase'] =>
  (title, totalBytes) => {
    let shown = 0;
    line(`${title} (${megabytes(totalBytes)} MB)`);
    return {
      update: (doneBytes) => {
        const quarter = Math.min(4, Math.floor((4 * doneBytes) / totalBytes));
        if (quarter <= shown) return;
        shown = quarter;
        line(`${title}: ${quarter * 25} %`);
      },
      end: () => undefined,
    };
  };

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
