// For the tests of apps: whole trainings, in processes of their own, watched and held against each other.
export { type Program, startTraining, untilStep, workerProcess } from './watched-training.js';
export { differingNumbers, trainBothWays } from './whole-trainings.js';
