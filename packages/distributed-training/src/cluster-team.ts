// The workers of a cluster as a training's command sees them.
import { type Cluster, ClusterError } from 'tensorflow-runtime/cluster';
import { exitCodeOf, type JsonObject, START_AGAIN_EXIT_CODE, type Team } from 'training-kit/commands';
import { ConfigError, reasonOf, WorkersLost } from 'training-kit/errors';
import { type ClusterContext, clusterProblem, endedText } from './cluster-errors.js';
import { firstDifference } from './first-difference.js';

export interface TeamOptions extends ClusterContext {
  /** How long workers wait for the slowest to come to the same place before the training, in seconds. */
  readonly joinSeconds: number;
}

/** In front of a report: the exit code of the worker that ends. */
const EXIT = 'exit=';

/** What a training throws in place of an error of the cluster. */
export function trainingError(error: ClusterError, context: ClusterContext): Error {
  const { text, isLost } = clusterProblem(error, context);
  const exitCode = new RegExp(`${EXIT}(\\d{1,3}) Worker `).exec(error.message)?.[1];
  if (exitCode === '2') return new ConfigError('', text);
  return isLost || exitCode === String(START_AGAIN_EXIT_CODE) ? new WorkersLost(text) : new Error(text);
}

/** What the leader writes where all agree. */
const AGREED = 'yes';

export function teamOf(cluster: Cluster, options: TeamOptions): Team {
  const { index, count } = cluster;
  let numAgreed = 0;
  const translated = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw error instanceof ClusterError ? trainingError(error, options) : error;
    }
  };
  const get = (key: string) => translated(cluster.get(key, options.joinSeconds));
  const put = (key: string, value: string) => translated(cluster.put(key, value));

  /** What the leader finds, for all. */
  const compare = async (name: string, round: string, own: JsonObject): Promise<string> => {
    for (let other = 1; other < count; other++) {
      const value = JSON.parse(await get(`${round}/${other}`)) as JsonObject;
      const difference = firstDifference(own, value);
      if (difference !== undefined) return `Workers 0 and ${other} differ in ${name}: ${difference}.`;
    }
    return AGREED;
  };

  return {
    replicas: {
      part: { index, count },
      allReduce: (vector) => translated(cluster.allReduce(vector)),
      broadcast: (vector) => translated(cluster.broadcast(vector)),
    },
    async agree(name, value) {
      const round = `agree/${numAgreed++}`;
      let verdict: string;
      if (index === 0) {
        verdict = await compare(name, round, value);
        await put(`${round}/verdict`, verdict);
      } else {
        await put(`${round}/${index}`, JSON.stringify(value));
        verdict = await get(`${round}/verdict`);
      }
      if (verdict !== AGREED) throw new Disagreement(verdict);
    },
    async fail(error) {
      if (error instanceof WorkersLost || error instanceof Disagreement) return; // the others know
      try {
        await cluster.report(`${EXIT}${exitCodeOf(error)} ${endedText(index, reasonOf(error))}`);
      } catch {
        // They are gone, or will notice.
      }
    },
    async leave() {
      // Waits as long as the leader evaluates; a barrier would have a limit.
      await translated(cluster.allReduce(new Float32Array(1)));
      await translated(cluster.close());
    },
  };
}

/** All workers were told the same. */
class Disagreement extends ConfigError {
  constructor(message: string) {
    super('', `${message} Start all of them with the same command, program and data.`);
  }
}
