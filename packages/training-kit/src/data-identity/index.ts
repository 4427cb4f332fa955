// What a network was trained on: kept in run record, run folder and checkpoint, compared wherever it is used again.
export { checkData, type CheckDataOptions } from './check-data.js';
export {
  examplesInMemory,
  identityOf,
  namedExamples,
  parseDataIdentity,
  type DataAtHand,
  type DataIdentity,
  type SplitAtHand,
  type SplitIdentity,
} from './identity.js';
export { listsFolder, writeLists } from './lists.js';
export { knownData, trainedDataOf, type KnownData, type TrainedData } from './trained-data.js';
