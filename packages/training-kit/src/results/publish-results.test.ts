// Pages from run folders that are made up: each number on them is worked by hand.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError } from '../errors.js';
import type { SweptRun } from '../sweep/outcome.js';
import type { RunStatus } from '../sweep/run-state.js';
import type { Sweep } from '../sweep/sweep-page.js';
import { publishResults } from './publish-results.js';

const parent = mkdtempSync(join(tmpdir(), 'publish-results-'));
afterAll(() => {
  rmSync(parent, { recursive: true });
});

interface MadeUp {
  readonly status: RunStatus;
  readonly score?: number;
  readonly start?: object;
  readonly seconds?: number;
}

const start = {
  startedAt: '2026-03-02T10:00:00.000Z',
  host: 'secret-host',
  command: ['node', '/home/me/main.js'],
  git: { commit: '0123456789abcdef', isDirty: false },
  backend: { tensorflowVersion: '2.21.0', device: 'cpu', threads: 2, simd: ['avx2'] },
  system: { cpu: 'Some <CPU>', numCores: 4 },
};

function madeUp(size: string, seed: number, { status, score, start: more = {}, seconds = 60 }: MadeUp): SweptRun {
  const name = `size=${size},seed=${seed}`;
  const folder = join(parent, 'runs', name);
  mkdirSync(folder, { recursive: true });
  if (status === 'finished') {
    const record = { config: { seed }, seed, starts: [{ ...start, ...more }], finishedStep: 2, changes: [] };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(record));
  }
  const history = [
    { step: 1, wallTime: 0, metrics: { loss: 2 } },
    { step: 2, wallTime: seconds, metrics: { loss: 1, ...(score === undefined ? {} : { testTop1: score }) } },
  ];
  const reason = status === 'failed' ? { reason: `no room in ${parent}` } : {};
  const values = new Map([
    ['size', size],
    ['seed', String(seed)],
  ]);
  return { run: { name, folder, values }, state: { status, step: 2, history, ...reason } };
}

const sweep: Sweep = {
  title: 'Figure 9: a|b & <i>c</i>',
  axes: [
    { key: 'size', flag: 'size', values: ['a|b', '<b>'] },
    { key: 'seed', flag: 'seed', values: ['1', '2'] },
  ],
  about: [
    {
      kind: 'table',
      title: 'Table 9',
      note: 'Claimed: a|b is ahead. More of it.',
      columns: [{ name: 'ring' }, { name: 'paper: top-1, %', align: 'right', isPaper: true }],
      rows: [['a|b', '76.5']],
    },
  ],
  outcome: [{ kind: 'text', title: 'Law', paragraphs: ['# no heading'] }],
  runs: [
    madeUp('a|b', 1, { status: 'finished', score: 0.5, seconds: 60 }),
    madeUp('a|b', 2, {
      status: 'finished',
      score: 0.7,
      seconds: 180,
      start: { startedAt: '2026-03-05T10:00:00.000Z', git: { commit: 'fedcba9876543210', isDirty: true } },
    }),
    madeUp('<b>', 1, { status: 'failed', score: 0.9 }),
    madeUp('<b>', 2, { status: 'waiting' }),
  ],
};
const COMMAND = 'npx nx run pose:experiment -- --name rates';

async function publish(folder: string, more: Partial<Sweep> = {}): Promise<string> {
  const page = await publishResults({ folder, slug: 'pose-rates', sweep: { ...sweep, ...more }, command: COMMAND });
  return readFileSync(page, 'utf8');
}

test('claim, means and spread, what is missing and how it was made', async () => {
  const folder = join(parent, 'whole');
  const page = await publish(folder);
  expect(page).toMatch(/^# Figure 9: a\\\|b &amp; &lt;i>c&lt;\/i>\n/);
  expect(page).toContain('\n2 of 4 runs are finished; the 2 missing ones may change what is told here. [All results](');
  expect(page).toContain('Nobody has written yet what is to be read in it.');
  expect(page).toContain('## Table 9\n\nClaimed: a\\|b is ahead. More of it.\n\n| ring ');
  expect(page).toMatch(/\| a\\\|b +\| +76\.5 \|\n/);
  // Mean 0.6; deviation √((0.1² + 0.1²) / 1) = 0.1414.
  expect(page).toMatch(/\| a\\\|b +\| +\| 0\.6000 ± 0\.14 \| +2 \|\n/);
  expect(page).toContain('## Law\n\n\\# no heading\n');
  expect(page).toMatch(
    /## Runs that are missing\n\n\| run .*\n.*\n\| size=&lt;b>,seed=1 \| failed +\|\n\| size=&lt;b>,seed=2 \| waiting +\|\n/,
  );
  expect(page.slice(page.indexOf('## How it was made'))).toBe(
    [
      '## How it was made',
      '',
      `\`\`\`sh\n${COMMAND}\n\`\`\``,
      '',
      '- **Seeds**: 1; 2',
      '- **Commits**: 0123456; fedcba9 with changes that were not committed',
      '- **Processor**: Some &lt;CPU>, 4 cores, avx2',
      '- **TensorFlow**: 2.21.0 on cpu, 2 threads',
      '- **Time**: 4 min in all, 2 min a run',
      '- **Begun**: 2026-03-02 to 2026-03-05',
      '',
    ].join('\n'),
  );
});

test('pictures lie beside the page, all that it names and no others', async () => {
  const folder = join(parent, 'whole');
  writeFileSync(join(folder, 'pose-rates-9-old.svg'), 'of the page before');
  writeFileSync(join(folder, 'pose-rates-full-1-loss.svg'), 'of another page');
  const page = await publish(folder);
  const named = [...page.matchAll(/\]\(([^)]+\.svg)\)/g)].map(([, name]) => name!);
  expect(named).toEqual(['pose-rates-1-loss.svg']);
  expect(readdirSync(folder).sort()).toEqual([
    'README.md',
    'pose-rates-1-loss.svg',
    'pose-rates-full-1-loss.svg',
    'pose-rates.md',
  ]);
  const picture = readFileSync(join(folder, named[0]!), 'utf8');
  expect(picture).not.toMatch(/href|url\(http|class=|<style/);
});

test('the list has what is claimed and how far it is', async () => {
  const folder = join(parent, 'list');
  await publish(folder);
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(
    '| [Figure 9: a\\|b &amp; &lt;i>c&lt;/i>](pose-rates.md) | a\\|b is ahead.    | 2 of 4 runs |',
  );
});

test('nothing of the machine is told: no path, no host, not why a run failed', async () => {
  const folder = join(parent, 'private');
  await publish(folder);
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(new RegExp(`${parent}|secret-host|/home/me|no room`));
  }
});

test('a reading is kept word for word, an empty one is none', async () => {
  const folder = join(parent, 'reading');
  const before = await publish(folder);
  const reading = 'It *is* so.\n\n- with | signs & <b>marks</b>\n  and  $two$ lines';
  const file = join(folder, 'pose-rates.md');
  const none = 'Nobody has written yet what is to be read in it.';
  writeFileSync(
    file,
    before.replace(none, () => reading),
  );
  const after = await publish(folder);
  expect(after).toBe(before.replace(none, () => reading));
  expect(await publish(folder)).toBe(after);
  writeFileSync(file, before.replace(none, ''));
  expect(await publish(folder)).toBe(before);
});

test('all runs finished: none is missing', async () => {
  const page = await publish(join(parent, 'all'), { runs: sweep.runs.slice(0, 2) });
  expect(page).toContain('\n2 of 2 runs are finished. [All results](README.md)\n');
  expect(page).not.toContain('missing');
});

test('one of two runs finished', async () => {
  const page = await publish(join(parent, 'one'), { runs: [sweep.runs[0]!, sweep.runs[2]!] });
  expect(page).toContain('\n1 of 2 runs is finished; the missing one may change what is told here. [All results]');
});

test('nothing finished, or a page of someone else’s: refused, nothing written', async () => {
  const folder = join(parent, 'refused');
  mkdirSync(folder);
  const none = publish(folder, { runs: sweep.runs.slice(2) });
  await expect(none).rejects.toThrow(ConfigError);
  await expect(none).rejects.toThrow(
    'There is nothing to publish: no run is finished. Leave --publish out to make them.',
  );
  expect(readdirSync(folder)).toEqual([]);
  const file = join(folder, 'pose-rates.md');
  for (const text of ['# Mine\n', '<!-- end of reading -->\n<!-- reading -->\n', '']) {
    writeFileSync(file, text);
    const foreign = publish(folder);
    await expect(foreign).rejects.toThrow(ConfigError);
    await expect(foreign).rejects.toThrow('it is not one of these pages. Move it, or publish to another folder.');
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(readdirSync(folder)).toEqual(['pose-rates.md']);
  }
});
