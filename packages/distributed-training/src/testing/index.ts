// For the tests of apps: whole trainings, in processes of their own, held against each other.
export { differingNumbers, type Program, runProgramOf, type Training } from './whole-trainings.js';
