import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { watchInterrupts, type InterruptSignal } from './interrupt.js';

const loop = fileURLToPath(new URL('../test/interruptible-loop.mjs', import.meta.url));
const STOPPING = 'Stopping after this step; a checkpoint will be saved. Once more ends at once, without one.\n';

/** Starts the loop and collects what it prints; `said` returns when that contains `text`. */
function startLoop(...words: string[]): {
  child: ChildProcess;
  printed: () => string;
  said: (text: string) => Promise<void>;
} {
  const child = spawn(process.execPath, [loop, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (part: Buffer) => (printed += part.toString()));
  const said = async (text: string) => {
    while (!printed.includes(text)) await once(child.stdout, 'data');
  };
  return { child, printed: () => printed, said };
}

describe('a program', () => {
  test.each<InterruptSignal>(['SIGINT', 'SIGTERM'])(
    'ends orderly at the first %s, with the resume command',
    async (signal) => {
      const { child, printed, said } = startLoop();
      await said('working');
      child.kill(signal);
      expect(await once(child, 'close')).toEqual([130, null]);
      expect(printed()).toBe(`working\n${STOPPING}Stopped after step 7. Go on with: train --resume\n`);
    },
  );

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
});

test('listeners are gone after stop', () => {
  const listeners = new Set<string>();
  const source = {
    on: (signal: InterruptSignal) => listeners.add(signal),
    off: (signal: InterruptSignal) => listeners.delete(signal),
  };
  const interrupt = watchInterrupts({ note: () => undefined, source });
  expect([...listeners]).toEqual(['SIGINT', 'SIGTERM']);
  expect(interrupt.isRequested()).toBe(false);
  interrupt.stop();
  expect([...listeners]).toEqual([]);
});
