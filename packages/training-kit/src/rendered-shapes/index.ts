// The set that needs no download: textured shapes of ten classes, painted from a seed.
export { openRenderedShapes, type RenderedSettings } from './rendered-set.js';
export { renderedClassNames, renderedNormalization, renderSplit } from './rendered.js';
