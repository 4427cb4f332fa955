// `nx run APP:train` as one process, as one of several workers, or as the launcher of workers on this machine.
import { availableParallelism } from 'node:os';
import {
  checkParts,
  type CommonSettings,
  createRunFolderName,
  describeTraining,
  makeRunFolder,
  type NetworkCommandSpec,
  parseTrainCommand,
  runTraining,
  soloTeam,
  type Team,
  trainFlags,
} from 'training-kit/commands';
import { ConfigError } from 'training-kit/errors';
import { z } from 'zod';
import { teamOf } from './cluster-team.js';
import { endOnSignals } from './end-on-signals.js';
import { clusterFromEnvironment } from './environment/cluster-from-environment.js';
import { type ClusterPlace, describePlace } from './environment/cluster-place.js';
import { type ClusterFlags, clusterFlags } from './flags.js';
import { joinCluster } from './join-cluster.js';
import { launchWorkers } from './launch/launch-workers.js';
import { folderFromOutside } from './launch/own-network.js';
import { withoutFlags } from './launch/words.js';
import { isLaunched } from './launch/worker-process.js';
import { rendezvous } from './rendezvous.js';

const flags = z.strictObject({
  ...trainFlags.shape,
  ...clusterFlags,
  dryRun: z.boolean().default(false).describe('tell the size and the cost of the network, and end'),
});

/**
 * Trains as the flags say: `--workers N` starts N processes here, schedulers' variables make this process one of theirs.
 *
 * @throws as `runTraining`
 */
export async function runSharedTrainCommand<Config extends CommonSettings>(
  spec: NetworkCommandSpec<Config>,
  argv: readonly string[],
): Promise<void> {
  const call = await parseTrainCommand(spec, argv, flags);
  if (call === undefined) return;
  const { config, preset, extra } = call;
  if (extra.dryRun) {
    console.log(describeTraining(spec, config));
    return;
  }
  const found = clusterFromEnvironment(process.env, {
    cluster: extra.cluster,
    hosts: extra.hosts ?? undefined,
    workers: extra.workers ?? undefined,
  });
  const count = found?.count ?? extra.workers ?? 1;
  checkParts(config, count);
  if (found === undefined && count > 1) {
    const newFolder = () => makeRunFolder(createRunFolderName(spec.app, preset ?? 'none', new Date()));
    const folder = extra.resume ?? extra.run ?? folderFromOutside() ?? newFolder();
    process.exitCode = await launchWorkers({
      count,
      threads: extra.threads ?? Math.max(1, Math.floor(availableParallelism() / count)),
      words: [spec.command ?? 'train', ...withoutFlags(argv, ['workers', 'threads', 'max-restarts', 'run', 'resume'])],
      folder,
      isResumed: extra.resume !== null,
      maxRestarts: extra.maxRestarts,
      heartbeatSeconds: extra.heartbeat,
    });
    return;
  }
  checkAlone(extra, found);
  const team = found === undefined ? soloTeam : await join(found, extra);
  await runTraining(spec, call, team);
}

async function join(told: ClusterPlace, { heartbeat, joinTimeout }: ClusterFlags): Promise<Team> {
  const note = (line: string) => process.stdout.write(`${line}\n`);
  if (!isLaunched()) note(describePlace(told));
  // Below it TensorFlow tells every message that a lost worker leaves unanswered; what it means is told once, by us.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  const options = { heartbeatSeconds: heartbeat, joinSeconds: joinTimeout };
  const stopListening = endOnSignals();
  try {
    const addresses =
      told.known === 'all' ? told.addresses : await rendezvous({ ...told, joinSeconds: joinTimeout, note });
    const place = { addresses, index: told.index };
    const cluster = await joinCluster({ place, ...options, note }).catch((error: unknown) => {
      endSoon();
      throw error;
    });
    return teamOf(cluster, { ...place, ...options });
  } finally {
    stopListening();
  }
}

/** Once the error is told: a thread that still waits for other workers would keep this process for ever. */
function endSoon(): void {
  setTimeout(() => {
    process.exit();
  }, 200);
}

/** @throws ConfigError for flags that have no effect in one process */
function checkAlone({ threads, workers }: ClusterFlags, found: ClusterPlace | undefined): void {
  if (threads === null) return;
  const why = found === undefined ? `--workers is ${workers ?? 'not given'}` : 'the workers are started elsewhere';
  throw new ConfigError(
    'threads',
    `--threads has no effect: ${why}. Set TF_NUM_INTRAOP_THREADS in the environment, or leave it out.`,
  );
}
