// What the apps that classify share: loss, evaluation, parts of the report.
export {
  evaluateClassifier,
  type Evaluation,
  evaluationBatchSize,
  type EvaluationOptions,
  rankOf,
} from './evaluate.js';
export { classifierLoss } from './loss.js';
export { confusionSection, gallerySection, stemFilters } from './sections.js';
