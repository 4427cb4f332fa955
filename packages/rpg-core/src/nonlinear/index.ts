// `rpg-core/nonlinear`: rings that are read otherwise than the paper's. Beyond the paper, and apart from the core for its size.
export { createNonlinearSource } from './nonlinear-source.js';
