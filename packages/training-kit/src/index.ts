// errors.ts
export { ConfigError, DataError, exitCodeOf, runMain, type MainSurroundings } from './errors.js';
export { runApp, type AppCommand } from './command-line/run-app.js';
// optimisation
export type { Optimizer } from './optimizers/optimizer.js';
export { sgd, type SgdOptions } from './optimizers/sgd.js';
export { rmsprop, type RmspropOptions } from './optimizers/rmsprop.js';
export { adam, type AdamOptions } from './optimizers/adam.js';
export { optimizerOf, type OptimizerSettings } from './optimizers/optimizer-settings.js';
export { cosineDecay, linearDecay, stepDecay, warmUp, type Schedule } from './schedules/schedule.js';
export { scheduleNames, scheduleOf, type ScheduleSettings } from './schedules/epoch-schedule.js';
export { trainStep, type LossResult, type TrainStepOptions } from './loop/train-step.js';
export {
  trainingLoop,
  waitingShare,
  type LoopBatch,
  type LoopEnd,
  type LoopEvaluation,
  type LoopInterrupt,
  type TrainingLoopOptions,
} from './loop/training-loop.js';
export { MetricSums } from './loop/metric-sums.js';
export { softmaxCrossEntropy } from './loop/cross-entropy.js';
// command-line.ts, users-folder.ts, config-layers.ts, settings.ts
export {
  parseCommandLine,
  type CommandCall,
  type CommandOutput,
  type CommandSpec,
  type Preset,
} from './command-line/command-line.js';
export { forUsersShell } from './command-line/users-folder.js';
export { resolveConfig, type ConfigLayer } from './command-line/config-layers.js';
export { defaultsOf, pathText } from './command-line/settings.js';
// setting-effects.ts
export {
  checkEffects,
  momentumEffects,
  ringEffects,
  scheduleEffects,
  unreadBecause,
  watchEffects,
  type EffectRule,
} from './command-line/setting-effects.js';
// report
export { writeReport } from './report/report.js';
export { viridis } from './report/viridis.js';
export { epochAxis, heldOutCurve, loopCharts, metricCurve, type RunCurves } from './report/run-charts.js';
export { parameterTable, type ParameterWords } from './report/parameter-table.js';
export { evenlyChosen } from './report/evenly-chosen.js';
export type {
  Axis,
  BarChart,
  Chart,
  ChartsSection,
  ConfusionMatrix,
  FactsSection,
  FiltersSection,
  GalleryImage,
  ImagesSection,
  LineChart,
  LineSeries,
  Pixels,
  ReportContent,
  ScatterChart,
  Section,
  SummaryCard,
  TableColumn,
  TableSection,
  TextSection,
} from './report/content.js';
// step-times.ts, take-turns.ts
export { describeTimes, medianOf, stepTimesOf, type StepTimes } from './timing/step-times.js';
export { takeTurns, type Runner, type TurnOptions } from './timing/take-turns.js';
// result-files.ts
export { checkResultFiles, writeResultFiles, type ResultPlace } from './run/result-files.js';
// trained-config.ts, key-file.ts, training-state.ts
export { readTrainedConfig, trainedSettings, type TrainedConfig } from './checkpoint/trained-config.js';
export { checkKey, weightStream, whyNothingIsDrawn, type Key } from './weights/key-file.js';
export { captureState, restoreState, type TrainingParts } from './checkpoint/training-state.js';
// checkpoint.ts
export {
  latestCheckpoint,
  readCheckpoint,
  writeCheckpoint,
  type Checkpoint,
  type CheckpointContent,
  type CheckpointOptions,
  type OnDamaged,
} from './checkpoint/checkpoint.js';
// json.ts, json-text.ts, short-json.ts
export type { JsonObject, JsonValue } from './json/json.js';
export { parseJsonBytes } from './json/json-text.js';
export { shortJson } from './words/short-json.js';
// data-identity
export {
  checkData,
  examplesInMemory,
  namedExamples,
  trainedDataOf,
  type CheckDataOptions,
  type DataAtHand,
  type DataIdentity,
  type KnownData,
  type SplitAtHand,
  type SplitIdentity,
  type TrainedData,
} from './data-identity/index.js';
// run-events.ts, best-step.ts
export { runEvents } from './run/run-events.js';
export { describeStep } from './loop/best-step.js';
// create-weights.ts
export { createWeights } from './weights/create-weights.js';
// resume-rules.ts
export { optimisationResumeRules, runResumeRules, type ResumeRule, type ResumeRules } from './run/resume-rules.js';
// make-folders.ts
export { makeFolders } from './files/make-folders.js';
// run-folder.ts, metrics-log.ts
export { openRun, type Run, type RunOptions } from './run/run-folder.js';
export { withStarts } from './run/run-starts.js';
export type { LogEntry } from './run/metrics-log.js';
// system-facts.ts
export { gitState, memoryUse, systemFacts, type GitState, type SystemFacts } from './run/system-facts.js';
// prefetch.ts, prefetch-worker.ts
export { compiledWorker, prefetchBatches, type PrefetchedBatch, type PrefetchOptions } from './batches/prefetch.js';
export type { BatchArrays, BatchDtype, BatchLayout } from './batches/prefetch-protocol.js';
export { serveBatches, type BatchMaker } from './batches/prefetch-worker.js';
// run-name.ts
export { createRunFolderName, readRunConfig } from './run/run-name.js';
// progress.ts, duration.ts
export {
  createProgress,
  type Progress,
  type ProgressOptions,
  type ProgressStream,
  type StepReport,
} from './loop/progress.js';
export { formatDuration } from './words/duration.js';
// interrupt.ts
export {
  Interrupted,
  untilInterrupted,
  watchInterrupts,
  type Interrupt,
  type InterruptOptions,
  type InterruptRequest,
  type InterruptSignal,
  type SignalSource,
} from './loop/interrupt.js';
// download-file.ts, unpack-tar.ts
export { downloadFile, type DownloadOptions, type DownloadSource } from './files/download-file.js';
export { unpackTarGz, type UnpackOptions } from './files/unpack-tar.js';
export { groupedDigits } from './words/grouped-digits.js';
export { percent } from './words/percent.js';
// example-order.ts
export {
  batchSizeAt,
  createExampleOrder,
  shuffledIndices,
  stepsPerEpoch,
  type ExampleOrder,
  type LastBatch,
} from './batches/example-order.js';
