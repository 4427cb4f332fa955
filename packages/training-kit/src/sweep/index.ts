// Several runs on one page: by setting, with mean and spread over seeds.
export { byDifferingSettings, type PastRun, readPastRuns } from './past-runs.js';
export { writeSweep } from './write-sweep.js';
