// A queue of trainings killed at random moments: nothing that was finished is lost or made again, and what comes out is what
// a queue that was never stopped gives.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRng } from 'rpg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

const NUM_KILLS = 20;
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const settings = [
  ...['--width', '4', '--rendered-train', '50', '--rendered-test', '20', '--val-examples', '10'],
  ...['--num-epochs', '2', '--batch-size', '8', '--checkpoint-every', '2'],
];
const queues = {
  sweep: { words: ['--weights', 'ring,independent', '--ring-size', '0.1,0.5', '--seed', '1..3'], numRuns: 9 },
  // Each run is trained two times more, from its own weights, and measured.
  experiment: { words: ['--name', 'pruning', '--dataset', 'rendered', '--depth', '18', '--seed', '1..3'], numRuns: 9 },
};
type Command = keyof typeof queues;

let parent = '';
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'sweep-kill-'));
});
afterAll(() => {
  rmSync(parent, { recursive: true });
});

/** Runs the queue. @param killAfterMs it is killed then, unless it ended before @returns its exit code; null when killed */
function queue(command: Command, folder: string, killAfterMs?: number): Promise<number | null> {
  const child = spawn(
    process.execPath,
    [main, command, '--runs-folder', folder, ...settings, ...queues[command].words],
    { stdio: 'ignore' },
  );
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}

interface Folder {
  readonly starts: number;
  readonly log: string;
}

/** The finished runs. */
function finishedIn(folder: string): ReadonlyMap<string, Folder> {
  if (!existsSync(folder)) return new Map(); // killed in its start
  const names = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name.includes('='),
  );
  return new Map(
    names.flatMap(({ name }): [string, Folder][] => {
      const record = recordIn(join(folder, name));
      if (record.finishedStep === undefined) return [];
      return [[name, { starts: record.starts.length, log: readFileSync(join(folder, name, 'metrics.jsonl'), 'utf8') }]];
    }),
  );
}

function recordIn(folder: string): { finishedStep?: number; starts: unknown[] } {
  try {
    return JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as {
      finishedStep?: number;
      starts: unknown[];
    };
  } catch {
    return { starts: [] }; // killed before it was there
  }
}

/** All that the table says but how long it took. */
function results(folder: string): string[][] {
  const lines = readFileSync(join(folder, 'runs.csv'), 'utf8').trim().split('\r\n').map(cellsOf);
  const seconds = lines[0]!.indexOf('seconds');
  expect(seconds).toBeGreaterThan(0);
  return lines.map((cells) => cells.filter((_, i) => i !== seconds));
}

/** Names of runs have commas, and stand in quotes for that. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|([^,]+)|(?<=,)(?=,|$)/g)].map(([whole]) => whole);
}

test.each(Object.keys(queues) as Command[])(`%s, killed up to ${NUM_KILLS} times`, async (command) => {
  const [whole, killed] = [join(parent, command, 'whole'), join(parent, command, 'killed')];
  expect(await queue(command, whole)).toBe(0);
  expect(finishedIn(whole).size).toBe(queues[command].numRuns);
  const rng = createRng('kills of a queue');
  let before = new Map<string, Folder>() as ReadonlyMap<string, Folder>;
  let numKills = 0;
  for (let isDone = false; !isDone;) {
    const code = await queue(command, killed, numKills < NUM_KILLS ? 500 + rng.below(5000) : undefined);
    if (code === null) numKills++;
    else expect(code).toBe(0);
    const now = finishedIn(killed);
    for (const [name, run] of before) expect([name, now.get(name)]).toEqual([name, run]);
    before = now;
    isDone = code !== null;
  }
  console.log(`${numKills} kills`);
  expect(numKills).toBeGreaterThan(0);
  expect(results(killed)).toEqual(results(whole));
});
