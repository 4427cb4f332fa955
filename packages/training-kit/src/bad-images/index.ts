// Images that cannot be read: who stands in, which examples a batch has then, and how they are told. Workers load it: no TensorFlow, no charts.
export { firstLoadable, maxTries, type LoadedExample } from './stand-in.js';
export { evalExamples, trainExamples, type PlacedExample, type StepExamples } from './step-examples.js';
export { createLeftOutImages, leftOutSections, type LeftOutImage, type LeftOutImages } from './left-out-images.js';
