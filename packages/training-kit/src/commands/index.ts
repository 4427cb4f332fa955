// What the command lines of the apps share. Apart from the rest of training-kit, since it brings the backend along.
export { deviceFlag, keyFileFlag, openBackend } from './backend.js';
export { runBenchCommand } from './bench-command.js';
export { describeTraining } from './dry-run.js';
export { runExperimentCommand } from './experiment-command.js';
export { runSweepCommand } from './sweep-command.js';
export { soloTeam, type Team } from './team.js';
export { parseTrainCommand, runTrainCommand } from './train-command.js';
export {
  checkParts,
  runTraining,
  trainFlags,
  type CommonSettings,
  type NetworkCommandSpec,
  type TrainingContext,
} from './training.js';
export { handledSignals, watchInterrupts } from '../loop/interrupt.js';
export { exitCodeOf, START_AGAIN_EXIT_CODE } from '../command-line/run-main.js';
export { type JsonObject } from '../json/json.js';
export { createRunFolderName, makeRunFolder } from '../run/run-name.js';
export type { Experiment } from '../sweep/experiment.js';
export type { Measured, TrainedRun } from '../sweep/measures.js';
export {
  groupBySeed,
  groupName,
  measuredCurve,
  type SeedGroup,
  spreadOf,
  spreadText,
  type SweptRun,
} from '../sweep/outcome.js';
