// The process in which this project computes: told its job by its first argument, it does it once a request.
import { createInterface } from 'node:readline';
import { loadBackend } from 'tensorflow-runtime';
import { reasonOf } from 'training-kit/errors';
import { writeJobData } from './job-data.js';
import { prepareJob } from './our-jobs.js';
import { parseRequest, type Reply } from './protocol.js';
import type { Workload } from './workload.js';

/** What the worker is told; `dataFile` makes it write that file and end. */
export interface OurWorkerTask {
  readonly workload: Workload;
  readonly dataFile?: string;
}

const say = (reply: Reply): void => void process.stdout.write(`${JSON.stringify(reply)}\n`);

async function serve({ workload, dataFile }: OurWorkerTask): Promise<void> {
  const { name, tensorflowVersion, threads } = await loadBackend({ device: 'tensorflow' });
  const facts = { backend: name, tensorflow: tensorflowVersion ?? 'none', threads, node: process.versions.node };
  if (dataFile !== undefined) {
    await writeJobData(dataFile, workload);
    say({ reply: 'ready', numParameters: 0, facts });
    return;
  }
  const { numParameters, doOnce } = prepareJob(workload);
  say({ reply: 'ready', numParameters, facts });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = parseRequest(line);
    if (request === 'quit') return;
    if (request === undefined) continue;
    let value = 0;
    const start = performance.now();
    for (let i = 0; i < workload.repeats; i++) value = doOnce();
    say({ reply: 'done', timeMs: (performance.now() - start) / workload.repeats, value });
  }
}

try {
  await serve(JSON.parse(process.argv[2] ?? '{}') as OurWorkerTask);
} catch (error) {
  say({ reply: 'error', message: reasonOf(error) });
  process.exitCode = 1;
}
