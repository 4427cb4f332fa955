// One training by several processes of this machine: stopped, gone on with by another number, faults.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { differingNumbers, type Program, startTraining, untilStep, workerProcess } from 'distributed-training/testing';
import { latestCheckpoint } from 'training-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const scratch = mkdtempSync(join(tmpdir(), 'shared-training-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const program: Program = {
  main,
  flags: (
    '--rendered-train 180 --rendered-test 12 --val-examples 12 --width 4 --num-epochs 4 --batch-size 12 --eval-every 2 ' +
    '--checkpoint-every 7'
  ).split(' '),
};
const folderOf = (name: string) => join(scratch, name);
const NUM_STEPS = 60;

const start = (words: readonly string[], env?: NodeJS.ProcessEnv) => startTraining(program, words, env);

beforeAll(async () => {
  const { code, said } = await startTraining(program, ['--accumulate', '2', '--run', folderOf('single')]).ended;
  expect(code, said).toBe(0);
});

test('SIGTERM to the launcher ends all behind one step; two workers, three, then one', async () => {
  const two = start(['--workers', '2', '--run', folderOf('changing')]);
  await untilStep(two, folderOf('changing'), 5);
  two.kill('SIGTERM');
  const end = await two.ended;
  expect(end.code, end.said).toBe(130);
  expect(end.said).toMatch(/Stopped after step \d+\. Go on with: npx nx run classification:train -- --resume /);

  const three = start(['--workers', '3', '--resume', folderOf('changing')]);
  await untilStep(three, folderOf('changing'), 30);
  three.kill('SIGINT');
  expect((await three.ended).code).toBe(130);
  const one = await start(['--resume', folderOf('changing')]).ended;
  expect(one.code, one.said).toBe(0);
  const checkpoint = await latestCheckpoint(join(folderOf('changing'), 'checkpoints'), () => undefined);
  expect(checkpoint?.step).toBe(NUM_STEPS);
});

test('a worker that is killed is started again with all others, and the run ends with the bits of one never stopped', async () => {
  const training = start(['--workers', '2', '--threads', '1', '--run', folderOf('killed'), '--heartbeat', '5']);
  await untilStep(training, folderOf('killed'), 20);
  process.kill(workerProcess(folderOf('killed'), 1)!, 'SIGKILL');
  const { code, said } = await training.ended;
  expect(code, said).toBe(0);
  expect(said).toContain('Worker 1 was ended by SIGKILL');
  expect(said).toMatch(/Worker 1 \(127\.0\.0\.1:\d+\) is gone \(/);
  expect(said).toContain('A worker was lost; starting all again (1 of 3).');
  expect(await differingNumbers(folderOf('single'), folderOf('killed'))).toMatchObject({ differing: 0 });
});

test('workers with other settings are refused by name, before a run is begun', async () => {
  const addresses = ['127.0.0.1:24811', '127.0.0.1:24812'];
  const tfConfig = (index: number) =>
    JSON.stringify({ cluster: { worker: addresses }, task: { type: 'worker', index } });
  const ends = await Promise.all(
    [0, 1].map(
      (index) =>
        start(['--run', folderOf('differing'), '--learning-rate', index === 0 ? '0.1' : '0.2'], {
          TF_CONFIG: tfConfig(index),
        }).ended,
    ),
  );
  for (const { code, said } of ends) {
    expect(code).toBe(2);
    expect(said).toContain(
      'Workers 0 and 1 differ in settings: learningRate is 0.1 and 0.2. Start all of them with the same',
    );
  }
  expect(existsSync(folderOf('differing'))).toBe(false);
});

test('a port that is taken and workers that do not come are told', async () => {
  const server = createServer().listen(24_821);
  const cluster = { worker: ['127.0.0.1:24821', '127.0.0.1:24822'] };
  const env = { TF_CONFIG: JSON.stringify({ cluster, task: { type: 'worker', index: 0 } }) };
  const taken = await start(['--run', folderOf('taken')], env).ended;
  server.close();
  expect(taken.code).toBe(2);
  expect(taken.said).toContain('Port 24821 of worker 0 is taken. End what has it, or give another port.');

  const alone = await start(['--run', folderOf('alone'), '--join-timeout', '3'], env).ended;
  expect(alone.code).toBe(75);
  expect(alone.said).toContain(
    'Worker 1 (127.0.0.1:24822: connection refused) did not come within 3 s (--join-timeout).',
  );
});

test.each(['SIGTERM', 'SIGINT', 'SIGUSR1'] as const)('%s ends a worker that waits for the others', async (signal) => {
  const cluster = { worker: ['127.0.0.1:24831', '127.0.0.1:24832'] };
  const env = { TF_CONFIG: JSON.stringify({ cluster, task: { type: 'worker', index: 0 } }) };
  const waiting = start(['--run', folderOf('waiting')], env);
  await untilAnswers(24_831);
  await sleep(1000); // TensorFlow takes SIGTERM for itself at about this time, and has to lose it again
  waiting.kill(signal);
  const { code, said } = await waiting.ended;
  expect(code, said).toBe(130);
  expect(existsSync(folderOf('waiting'))).toBe(false);
});

async function untilAnswers(port: number): Promise<void> {
  for (;;) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        resolve(true);
        socket.destroy();
      });
      socket.on('error', () => {
        resolve(false);
      });
    });
    if (isThere) return;
    await sleep(100);
  }
}

test('three workers on one machine, whose launcher tells where worker 0 is and no more', async () => {
  const ends = await Promise.all(
    [0, 1, 2].map(
      (index) =>
        start(['--run', folderOf('jax')], {
          JAX_COORDINATOR_ADDRESS: '127.0.0.1:24841',
          JAX_NUM_PROCESSES: '3',
          JAX_PROCESS_ID: String(index),
        }).ended,
    ),
  );
  for (const { code, said } of ends) expect(code, said).toBe(0);
});
