// `rpg-core/analysis`: what a forward pass costs, and looking inside a ring. Similarity of generated filters (paper, appendix B), pruning (appendix A),
// projection, and what is left without the arrangement.
export { guessPlan, rearrange, redrawPlan } from './arrangement.js';
export { countMultiplyAdds, type MultiplyAdds } from './multiply-adds.js';
export { filterBanks, type FilterBank } from './filters.js';
export { filterSimilarity, ringUses, type FilterSimilarity, type RingUses } from './similarity.js';
export {
  countPruned,
  maskFilters,
  pruneFilters,
  type BeforeAfter,
  type PrunedCounts,
  type PruneOptions,
  type Pruning,
} from './prune.js';
export { projectOntoRing, type Projection } from './projection.js';
