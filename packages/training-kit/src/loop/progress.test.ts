import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProgress, type Progress, type ProgressOptions } from './progress.js';

const CLEAR = '\r\u001b[K';

/** A progress whose output and clock the test holds. */
function start(options: Partial<ProgressOptions> & { isTTY: boolean; columns?: number }): {
  progress: Progress;
  pass: (ms: number) => void;
  written: () => string;
} {
  let nowMs = 0;
  let text = '';
  const { isTTY, columns, ...more } = options;
  const stream = { isTTY, columns: columns ?? 120, write: (part: string) => (text += part) };
  const progress = createProgress({ numSteps: 100, stream, now: () => nowMs, ...more });
  return {
    progress,
    pass: (ms) => {
      nowMs += ms;
    },
    written: () => {
      const seen = text;
      text = '';
      return seen;
    },
  };
}

describe('elsewhere than in a terminal', () => {
  test('there is a line for the first step, every ten seconds, and for the last step', () => {
    const { progress, pass, written } = start({ isTTY: false });
    const lines: string[] = [];
    for (let step = 1; step <= 100; step++) {
      pass(250);
      progress.update(step, { loss: 2 / step, numImages: 32 });
      lines.push(...written().split('\n').slice(0, -1));
    }
    progress.stop();
    expect(written()).toBe('');
    expect(lines).toEqual([
      '  1 %  step 1/100  loss 2.000  128 images/s  ETA 25 s',
      ' 41 %  step 41/100  loss 0.04878  128 images/s  ETA 15 s',
      ' 81 %  step 81/100  loss 0.02469  128 images/s  ETA 5 s',
      '100 %  step 100/100  loss 0.02000  128 images/s  ETA 0 s',
    ]);
  });

  test('the line not yet written comes at the stop, and other lines come as they are', () => {
    const { progress, pass, written } = start({ isTTY: false, numSteps: 3 });
    pass(1000);
    progress.update(1, { loss: 1, numImages: 4, waitMs: 250 });
    pass(1000);
    progress.update(2, { loss: 1, numImages: 4, waitMs: 0 });
    progress.print('saved');
    progress.stop();
    expect(written()).toBe(
      ' 33 %  step 1/3  loss 1.000  4.0 images/s  ETA 2 s  waiting 25 %\n' +
        'saved\n' +
        ' 66 %  step 2/3  loss 1.000  4.0 images/s  ETA 1 s  waiting 12 %\n',
    );
  });

  test.each([
    { numImages: 99, shown: '99' },
    { numImages: 99.7, shown: '100' },
    { numImages: 9.96, shown: '10' },
    { numImages: 0.5, shown: '0.50' },
  ])('$numImages images a second are shown as $shown', ({ numImages, shown }) => {
    const { progress, pass, written } = start({ isTTY: false });
    pass(1000);
    progress.update(1, { loss: 1, numImages });
    expect(written()).toContain(`  ${shown} images/s  `);
  });

  test('a resumed run measures from its own first step', () => {
    const { progress, pass, written } = start({ isTTY: false, fromStep: 90 });
    pass(2000);
    progress.update(91, { loss: 1, numImages: 10 });
    expect(written()).toBe(' 91 %  step 91/100  loss 1.000  5.0 images/s  ETA 18 s\n');
  });

  test('a step that took no time has no speed', () => {
    const { progress, written } = start({ isTTY: false });
    progress.update(1, { loss: NaN, numImages: 10 });
    expect(written()).toBe('  1 %  step 1/100  loss NaN\n');
  });
});

describe('in a terminal', () => {
  beforeEach(() => {
    vi.stubEnv('TERM', 'xterm');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('that cannot move its cursor there are plain lines', () => {
    vi.stubEnv('TERM', 'dumb');
    const { progress, pass, written } = start({ isTTY: true });
    pass(1000);
    progress.update(50, { loss: 1, numImages: 1 });
    expect(written()).toBe(' 50 %  step 50/100  loss 1.000  1.0 images/s  ETA 1 s\n');
  });

  test('of no columns there is a line as for eighty', () => {
    const { progress, pass, written } = start({ isTTY: true, columns: 0 });
    pass(1000);
    progress.update(50, { loss: 1, numImages: 1 });
    expect(written()).toContain('step 50/100  loss 1.000  1.0 images/s');
  });

  test('the bar is drawn over itself, at most ten times a second', () => {
    const { progress, pass, written } = start({ isTTY: true });
    pass(60);
    progress.update(25, { loss: 1, numImages: 1 });
    expect(written()).toBe(`${CLEAR}[======                  ]  25 %  step 25/100  loss 1.000  17 images/s  ETA 0 s`);
    pass(60);
    progress.update(26, { loss: 1, numImages: 1 });
    expect(written()).toBe('');
    pass(60);
    progress.update(27, { loss: 1, numImages: 1 });
    expect(written()).toContain('step 27/100');
    progress.update(28, { loss: 1, numImages: 1 });
    progress.stop();
    const last = written();
    expect([last.startsWith(CLEAR), last.includes('step 28/100'), last.endsWith('\n')]).toEqual([true, true, true]);
  });

  test('lines are printed above the bar', () => {
    const { progress, pass, written } = start({ isTTY: true });
    progress.print('before');
    expect(written()).toBe('before\n');
    pass(200);
    progress.update(100, { loss: 1, numImages: 1 });
    const bar = written();
    progress.print('saved');
    expect(written()).toBe(`${CLEAR}saved\n${bar}`);
    progress.stop();
    expect(written()).toBe('\n');
    progress.print('after');
    expect(written()).toBe('after\n');
  });

  test.each([
    { columns: 70, line: '[=======      ]  50 %  step 50/100  loss 1.000  5.0 images/s  ETA 0 s' },
    { columns: 60, line: ' 50 %  step 50/100  loss 1.000  5.0 images/s  ETA 0 s' },
    { columns: 30, line: ' 50 %  step 50/100  loss 1.00' },
  ])('of $columns columns the line fits', ({ columns, line }) => {
    const { progress, pass, written } = start({ isTTY: true, columns });
    pass(200);
    progress.update(50, { loss: 1, numImages: 1 });
    expect(written()).toBe(CLEAR + line);
  });

  test('there are no colours', () => {
    const { progress, pass, written } = start({ isTTY: true });
    pass(200);
    progress.update(50, { loss: 1, numImages: 1, waitMs: 1 });
    progress.stop();
    expect(written().replaceAll('\u001b[K', '')).not.toContain('\u001b');
  });
});
