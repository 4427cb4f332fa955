// Where a worker stands among the others of its training, and what went wrong between them.
export { clusterProblem, endedText, type ClusterContext, type ClusterProblem } from './cluster-errors.js';
export {
  clusterFromEnvironment,
  clusterChoices,
  type ClusterChoice,
  type ClusterFlags,
} from './environment/cluster-from-environment.js';
export { describePlace, MAX_WORKERS, type ClusterPlace, type ClusterSource } from './environment/cluster-place.js';
