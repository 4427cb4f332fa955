// The files of examples/cluster: fields that exist, numbers that agree, hosts that are those of the pods.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { clusterFromEnvironment } from '../src/environment/cluster-from-environment.js';
import { clusterFiles } from './cluster-schemas.js';

const pathOf = (file: string) => fileURLToPath(new URL(`../../../examples/cluster/${file}`, import.meta.url));
const textOf = (file: string) => readFileSync(pathOf(file), 'utf8');
const objectsOf = (file: string) =>
  parseAllDocuments(textOf(file), { strict: true }).map((document) => {
    expect([...document.errors, ...document.warnings]).toEqual([]);
    return document.toJS() as unknown;
  });

/** What the shell makes of the flags: each pod's own, or its place in the cluster. */
function placesIn(script: string, job: string, count: number) {
  const [, hosts] = /--hosts ['"](\S+)['"]/.exec(script)!;
  const workers = Number(/--workers (\d+)/.exec(script)![1]);
  return Array.from({ length: count }, (_, index) =>
    clusterFromEnvironment(
      { JOB_COMPLETION_INDEX: String(index) },
      { cluster: 'kubernetes', hosts: hosts!.replaceAll('$JOBSET_NAME', job), workers },
    ),
  );
}

test('kubernetes.yaml', () => {
  const [service, policy, job] = clusterFiles.kubernetes.parse(objectsOf('kubernetes.yaml'));
  const { spec } = job;
  const pod = spec.template.spec;
  const [container] = pod.containers;
  const name = job.metadata.name;
  expect(spec.completions).toBe(spec.parallelism);
  // Only pods of this job are reached by the service, and only they reach each other.
  const label = { 'batch.kubernetes.io/job-name': name };
  expect(service.spec.selector).toEqual(label);
  expect(policy.spec.podSelector.matchLabels).toEqual(label);
  expect(policy.spec.ingress.map(({ from }) => from)).toEqual([[{ podSelector: { matchLabels: label } }]]);
  expect(pod.subdomain).toBe(service.metadata.name);
  const addresses = Array.from({ length: spec.completions }, (_, i) => `${name}-${i}.${service.metadata.name}:2222`);
  const places = placesIn(container.args[0], name, spec.completions);
  expect(places).toEqual(addresses.map((_, index) => expect.objectContaining({ index, addresses }) as unknown));
  for (const { ports } of policy.spec.ingress) expect(ports).toEqual([{ protocol: 'TCP', port: 2222 }]);
  const codes = spec.podFailurePolicy.rules.map(({ action, onExitCodes }) => [action, onExitCodes?.values]);
  expect(codes).toEqual([
    ['FailJob', [2]],
    ['Ignore', [75, 130]],
    ['Ignore', undefined],
  ]);
  for (const { onExitCodes } of spec.podFailurePolicy.rules) {
    expect(onExitCodes?.containerName ?? container.name).toBe(container.name);
  }
});

test('kubeflow-trainer.yaml', () => {
  const [runtime, policy, job] = clusterFiles.kubeflowTrainer.parse(objectsOf('kubeflow-trainer.yaml'));
  const [node] = runtime.spec.template.spec.replicatedJobs;
  expect(job.spec.runtimeRef.name).toBe(runtime.metadata.name);
  expect(job.spec.trainer.numNodes).toBe(runtime.spec.mlPolicy.numNodes);
  const { labels } = node.template.spec.template.metadata;
  expect(policy.spec.podSelector.matchLabels).toEqual(labels);
  expect(policy.spec.ingress.map(({ from }) => from)).toEqual([[{ podSelector: { matchLabels: labels } }]]);
  // JobSet names pods JOBSET-REPLICATEDJOB-0-INDEX.JOBSET.
  const { name } = job.metadata;
  const { numNodes } = job.spec.trainer;
  const addresses = Array.from({ length: numNodes }, (_, i) => `${name}-${node.name}-0-${i}.${name}:2222`);
  const places = placesIn(job.spec.trainer.args[0], name, numNodes);
  expect(places).toEqual(addresses.map((_, index) => expect.objectContaining({ index, addresses }) as unknown));
  for (const { ports } of policy.spec.ingress) expect(ports).toEqual([{ protocol: 'TCP', port: 2222 }]);
});

test.each(['kubernetes.yaml', 'kubeflow-trainer.yaml'])('a field of %s that nobody knows is found', (file) => {
  const schema = file === 'kubernetes.yaml' ? clusterFiles.kubernetes : clusterFiles.kubeflowTrainer;
  const misspelt = textOf(file).replace('backoffLimit', 'backofLimit');
  const objects = parseAllDocuments(misspelt).map((document) => document.toJS() as unknown);
  expect(schema.safeParse(objects).error?.issues.map(({ code }) => code)).toContain('unrecognized_keys');
});

test('the scripts are ones that a shell can read', () => {
  expect(() => execFileSync('bash', ['-n', pathOf('slurm.sh')], { stdio: 'pipe' })).not.toThrow();
  const [, , job] = clusterFiles.kubernetes.parse(objectsOf('kubernetes.yaml'));
  const [, , trainJob] = clusterFiles.kubeflowTrainer.parse(objectsOf('kubeflow-trainer.yaml'));
  for (const script of [job.spec.template.spec.containers[0].args[0], trainJob.spec.trainer.args[0]]) {
    expect(() => execFileSync('sh', ['-n', '-c', script], { stdio: 'pipe' })).not.toThrow();
  }
});

test('slurm.sh starts one worker a node, host by host, and knows the exit codes', () => {
  const script = textOf('slurm.sh');
  expect(script).toMatch(/^#!\/bin\/bash\n/);
  expect(script).toContain('#SBATCH --nodes=4 --ntasks-per-node=1');
  expect(script).toMatch(/srun --distribution=block .*\n.*--cluster slurm\n/);
  expect(script).toMatch(/case \$code in 75 \| 130 \| 137\) .*scontrol requeue/);
});
