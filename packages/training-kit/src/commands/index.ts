// What the command lines of the apps share. Apart from the rest of training-kit, since it brings the backend along.
export { deviceFlag, keyFileFlag, openBackend } from './backend.js';
export { runBenchCommand } from './bench-command.js';
export { runTrainCommand, type TrainingContext } from './train-command.js';
