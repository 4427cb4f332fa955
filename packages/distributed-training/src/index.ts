// Where a worker stands among the others of its training.
export {
  clusterFromEnvironment,
  clusterChoices,
  type ClusterChoice,
  type ClusterFlags,
} from './environment/cluster-from-environment.js';
export { describePlace, MAX_WORKERS, type ClusterPlace, type ClusterSource } from './environment/cluster-place.js';
