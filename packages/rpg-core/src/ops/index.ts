// `rpg-core/ops`: for ops of one's own with a gradient, and for backends that bring their own generator.
export { runOp, type PortableOp } from './portable-op.js';
export type { GeneratorAttributes } from '../ring/generator.js';
export { IndexTables, type PackedPlan } from '../ring/index-tables.js';
