// What a training is made of. Other subjects have addresses of their own: see package.json.
export { latestCheckpoint, readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint/checkpoint.js';
export { orOwn, readTrainedConfig, trainedSettings } from './checkpoint/trained-config.js';
export { captureState, restoreState } from './checkpoint/training-state.js';
export { parseCommandLine, type Preset } from './command-line/command-line.js';
export { resolveConfig } from './command-line/config-layers.js';
export { runApp } from './command-line/run-app.js';
export { exitCodeOf, runMain } from './command-line/run-main.js';
export {
  checkEffects,
  momentumEffects,
  ringEffects,
  ringRateEffects,
  scheduleEffects,
  unreadBecause,
  watchEffects,
  type EffectRule,
} from './command-line/setting-effects.js';
export { defaultsOf, pathText } from './command-line/settings.js';
export {
  optimisationSettings,
  ringDrawSettings,
  ringRateSetting,
  ringSizeSetting,
  runSettings,
} from './command-line/training-settings.js';
export { forUsersShell } from './command-line/users-folder.js';
export { checkData } from './data-identity/check-data.js';
export {
  examplesInMemory,
  namedExamples,
  type DataAtHand,
  type DataIdentity,
  type SplitAtHand,
} from './data-identity/identity.js';
export { trainedDataOf, type TrainedData } from './data-identity/trained-data.js';
export { makeFolders } from './files/make-folders.js';
export type { JsonObject } from './json/json.js';
export { describeStep } from './loop/best-step.js';
export { softmaxCrossEntropy } from './loop/cross-entropy.js';
export { untilInterrupted, type InterruptRequest } from './loop/interrupt.js';
export { MetricSums } from './loop/metric-sums.js';
export { trainStep, type LossResult } from './loop/train-step.js';
export { noteWaiting, trainingLoop, type LoopEvaluation } from './loop/training-loop.js';
export { trainingSteps } from './loop/training-steps.js';
export { adam } from './optimizers/adam.js';
export { optimizerOf } from './optimizers/optimizer-settings.js';
export { noteRingRate } from './optimizers/ring-rate.js';
export { rmsprop } from './optimizers/rmsprop.js';
export { sgd } from './optimizers/sgd.js';
export type { LogEntry } from './run/metrics-log.js';
export { checkResultFiles, writeResultFiles } from './run/result-files.js';
export { optimisationResumeRules, runResumeRules, type ResumeRules } from './run/resume-rules.js';
export { runEvents } from './run/run-events.js';
export { openRun } from './run/run-folder.js';
export { createRunFolderName } from './run/run-name.js';
export { readRunConfig } from './run/run-record.js';
export { gitState, systemFacts, type GitState, type SystemFacts } from './run/system-facts.js';
export { scheduleOf } from './schedules/epoch-schedule.js';
export { describeTimes, medianOf, stepTimesOf, type StepTimes } from './timing/step-times.js';
export { takeTurns } from './timing/take-turns.js';
export { createWeights, sizeOfBackbone } from './weights/create-weights.js';
export { costText, multiplyAddsOf, type ForwardCost } from './weights/forward-cost.js';
export { ringOptionsOf, type RingDrawSettings } from './weights/ring-options.js';
export { weightStream, whyNothingIsDrawn, type Key } from './weights/key-file.js';
export { readStart, type RingLayout } from './weights/start-from.js';
export { alignedLines } from './words/aligned-lines.js';
export { counted } from './words/counted.js';
export { percent } from './words/percent.js';
