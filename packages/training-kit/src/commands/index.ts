// What the command lines of the apps share. Apart from the rest of training-kit, since it brings the backend along.
export { deviceFlag, keyFileFlag, openBackend, runFacts } from './backend.js';
export { runTrainCommand, type TrainCommandSpec, type TrainingSurroundings } from './train-command.js';
