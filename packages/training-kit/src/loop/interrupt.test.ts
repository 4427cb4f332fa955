import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  Interrupted,
  type InterruptOptions,
  type InterruptSignal,
  throwIfInterrupted,
  untilInterrupted,
  watchInterrupts,
} from './interrupt.js';

const loop = fileURLToPath(new URL('../../test/interruptible-loop.mjs', import.meta.url));
const STOPPING = 'Stopping after this step; a checkpoint will be saved.';
const ONCE_MORE = ' Once more ends at once, without one.';

/** Starts the loop and collects what it prints; `said` returns when that contains `text`. */
function startLoop(...words: string[]): {
  child: ChildProcess;
  printed: () => string;
  said: (text: string) => Promise<void>;
} {
  const child = spawn(process.execPath, [loop, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (printed += part.toString()));
  const said = async (text: string) => {
    while (!printed.includes(text)) await once(child.stdout, 'data');
  };
  return { child, printed: () => printed, said };
}

describe('a program', () => {
  test.each<[InterruptSignal, string]>([
    ['SIGINT', ONCE_MORE],
    ['SIGTERM', ONCE_MORE],
    ['SIGHUP', ''],
    ['SIGUSR1', ''],
    ['SIGUSR2', ''],
  ])('ends orderly at the first %s, with the resume command', async (signal, more) => {
    const { child, printed, said } = startLoop();
    await said('working');
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([130, null]);
    // That is all: SIGUSR1 opens no debugger.
    expect(printed()).toBe(`working\n${STOPPING}${more}\nStopped after step 7. Go on with: train --resume\n`);
  });

  test('hears two signals in quick succession as one', async () => {
    const { child, said } = startLoop();
    await said('working');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([130, null]);
  });

  test('ends at once at a later second signal', async () => {
    const { child, said } = startLoop('deaf');
    await said('working');
    child.kill('SIGINT');
    await said(STOPPING);
    // Sent until it takes effect: signals within half a second of the first count as the first.
    const again = setInterval(() => child.kill('SIGINT'), 100);
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearInterval(again);
    expect(code === 130 || signal === 'SIGINT').toBe(true);
  });

  test('ends at the first signal where nothing would be lost', async () => {
    const { child, printed, said } = startLoop('idle');
    await said('working');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(printed()).toBe('working\nleft\n');
  });

  test('ends orderly where it cannot say so', async () => {
    const { child, printed, said } = startLoop('speechless');
    await said('working');
    child.kill('SIGHUP');
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(printed()).toBe('working\nsaved\n');
  });
});

/** Signals sent by hand, at times given by hand. */
function handSignals(more: Partial<InterruptOptions> = {}) {
  const listeners = new Map<string, () => void>();
  const notes: string[] = [];
  const exits: number[] = [];
  let nowMs = 0;
  const interrupt = watchInterrupts({
    note: (text) => notes.push(text),
    source: {
      on: (signal, listener) => listeners.set(signal, listener),
      off: (signal, listener) => listeners.get(signal) === listener && listeners.delete(signal),
    },
    now: () => nowMs,
    exit: (code) => exits.push(code),
    ...more,
  });
  const send = (signal: InterruptSignal, atMs: number) => {
    nowMs = atMs;
    listeners.get(signal)?.();
  };
  return { interrupt, listeners, notes, exits, send };
}

test('signals that only ask, and the first that insists after them, end nothing at once', () => {
  const { interrupt, notes, exits, send } = handSignals();
  interrupt.hold();
  send('SIGUSR1', 0); // a batch system warns,
  send('SIGHUP', 1000);
  send('SIGUSR1', 2000);
  send('SIGTERM', 60_000); // then asks,
  expect([exits, interrupt.isRequested()]).toEqual([[], true]);
  expect(notes).toEqual([STOPPING]); // once more would end nothing
  send('SIGTERM', 60_400); // passed on by a task runner
  expect(exits).toEqual([]);
  send('SIGINT', 61_000); // a person insists
  expect(exits).toEqual([130]);
});

test('what is held twice is let go of twice', () => {
  const { interrupt, exits, send } = handSignals();
  const first = interrupt.hold();
  const second = interrupt.hold();
  first();
  first();
  send('SIGINT', 0);
  expect([exits, interrupt.isRequested()]).toEqual([[], true]);
  second();

  const other = handSignals();
  other.interrupt.hold()();
  other.send('SIGINT', 0);
  expect(other.exits).toEqual([130]);
});

test('listeners are gone after stop', () => {
  const { interrupt, listeners } = handSignals();
  expect([...listeners.keys()]).toEqual(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']);
  expect(interrupt.isRequested()).toBe(false);
  interrupt.stop();
  expect([...listeners.keys()]).toEqual([]);
});

describe('long work', () => {
  test('gets all items where nobody interrupts, and none after an interrupt', async () => {
    const seen: number[] = [];
    for await (const item of untilInterrupted([1, 2, 3], undefined)) seen.push(item);
    expect(seen).toEqual([1, 2, 3]);
    const work = async () => {
      for await (const item of untilInterrupted([4, 5, 6], { isRequested: () => seen.includes(5) })) seen.push(item);
    };
    await expect(work()).rejects.toThrow(Interrupted);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  test('lets the event loop turn, so that a signal is heard', async () => {
    let isRequested = false;
    setImmediate(() => (isRequested = true));
    const interrupt = { isRequested: () => isRequested };
    await expect(
      (async () => {
        for (let i = 0; i < 1000; i++) await throwIfInterrupted(interrupt);
      })(),
    ).rejects.toThrow(Interrupted);
  });
});
