// Images that cannot be read: who stands in, and how they are told. Workers load it: no TensorFlow, no charts.
export { firstLoadable, maxTries, type LoadedExample } from './stand-in.js';
export { createLeftOutImages, leftOutSections, type LeftOutImage, type LeftOutImages } from './left-out-images.js';
