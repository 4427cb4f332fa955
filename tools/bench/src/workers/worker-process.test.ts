import { afterEach, expect, test } from 'vitest';
import { startWorker, type WorkerProcess } from './worker-process.js';

const started: WorkerProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((worker) => worker.quit()));
});

/** A worker made of a few lines of JavaScript; `say` writes a reply, `answer` is called with each request. */
async function worker(script: string, silenceLimitMs = 600_000): Promise<WorkerProcess> {
  const source = `
    const say = (reply) => process.stdout.write(JSON.stringify(reply) + '\\n');
    const ready = () => say({ reply: 'ready', numParameters: 1, facts: {} });
    const onRequest = (answer) => require('node:readline').createInterface({ input: process.stdin })
      .on('line', (line) => line.includes('quit') ? process.exit(0) : answer());
    ${script}`;
  const running = await startWorker(
    { name: 'ours/test', command: process.execPath, args: ['-e', source], env: { GREETING: 'hello' }, remedy: 'Mend.' },
    { silenceLimitMs },
  );
  started.push(running);
  return running;
}

test('a worker answers request by request, gets its environment and tells its memory', async () => {
  const running = await worker(`
    ready();
    let count = 0;
    onRequest(() => say({ reply: 'done', timeMs: ++count, value: process.env.GREETING.length }));`);
  expect(running.ready).toEqual({ reply: 'ready', numParameters: 1, facts: {} });
  expect(await running.run('warmup')).toEqual({ reply: 'done', timeMs: 1, value: 5 });
  expect(await running.run('step')).toEqual({ reply: 'done', timeMs: 2, value: 5 });
  if (process.platform === 'linux') expect(await running.peakRssBytes()).toBeGreaterThan(10e6);
});

test('lines that are no replies are passed over', async () => {
  const running = await worker(`
    console.log('a banner'); console.log('{"reply":"done"'); console.log('\\u0000{}'); ready();
    onRequest(() => { console.log('noise'); say({ reply: 'done', timeMs: 1, value: 0 }); });`);
  expect(await running.run('step')).toEqual({ reply: 'done', timeMs: 1, value: 0 });
});

test('a worker that dies is named with what it printed', async () => {
  await expect(worker(`console.error('no such tensor'); process.exit(3);`)).rejects.toThrow(
    'The worker ours/test ended with exit code 3 at its start.\nIts last words:\nno such tensor\nMend.',
  );
  const running = await worker(`ready(); onRequest(() => process.kill(process.pid, 'SIGKILL'));`);
  await expect(running.run('step')).rejects.toThrow(
    "The worker ours/test was ended by SIGKILL (often: the machine ran out of memory; time fewer variants at once) at 'step'.",
  );
});

test('a worker that fails is quoted', async () => {
  const running = await worker(`ready(); onRequest(() => say({ reply: 'error', message: 'out of range' }));`);
  await expect(running.run('warmup')).rejects.toThrow("The worker ours/test failed at 'warmup': out of range.");
});

test('a silent worker is given up', async () => {
  await expect(worker('setInterval(() => 0, 1000);', 300)).rejects.toThrow('gave no answer to its start for 0.3 s');
});

test('a worker that is not there is told so', async () => {
  const missing = { name: 'torch/x', command: '/no/such/python', args: [], env: {}, remedy: 'Install it.' };
  await expect(startWorker(missing)).rejects.toThrow(
    /^The worker torch\/x could not be started \(.*ENOENT.*Install it/s,
  );
});
