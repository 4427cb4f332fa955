// What the apps' commands use: a training that several workers can share.
export { runSharedTrainCommand } from './train-command.js';
