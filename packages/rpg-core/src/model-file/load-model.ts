// Loads what save-model.ts saved. The file may come from anyone, so everything in it is checked before it is used.
import type { GenerationPlan, PlannedSlot } from '../ring/generation-plan.js';
import { drawIndexArrayAsync } from '../ring/index-array.js';
import { createRng } from '../ring/rng.js';
import { checkSeed } from '../ring/seed.js';
import { type Slot, SlotCollector } from '../weights/slot.js';
import { assembleWeightSource, type WeightSource } from '../weights/weight-source.js';
import { type PackedModel, readModelFile } from './model-file.js';
import { checkSlotsManifest, type RingEntry, type SlotsManifest } from './model-manifest.js';
import { describe, restoreRing } from './ring-storage.js';
import type { SafetensorsTensor } from './safetensors.js';

/** How a model is loaded. */
export interface LoadOptions {
  /**
   * For a model whose seed was withheld: the seed, or the path of the stream (`rng.path`), that its weight source was made
   * from. A wrong one cannot be told from the right one: the weights are then as random as before any training.
   */
  readonly seed?: string | number;
  /** The slots of the model that will use the source, to be compared with those of the file. */
  readonly slots?: readonly Slot[];
  /** Refuses models that would generate more weights than this, before any are drawn. Default 2^27, 134 million. */
  readonly maxGenerated?: number;
}

/** A loaded model. */
export interface LoadedModel {
  /** Owned by the caller. */
  readonly source: WeightSource;
  /** Has no prototype. */
  readonly metadata: Readonly<Record<string, string>>;
}

const DEFAULT_MAX_GENERATED = 2 ** 27;

/**
 * Loads a weight source from the bytes of one file, or from a folder's files by name. Index arrays are drawn in short
 * stretches, so that a page does not freeze.
 *
 * Nothing in the bytes is believed before it is checked: format, version, every field, all sizes against the tensors that
 * are there and against `maxGenerated`.
 *
 * @throws TypeError for what is no such model, RangeError for another version, a withheld seed or sizes that do not fit
 */
export async function unpackModel(packed: PackedModel, options: LoadOptions = {}): Promise<LoadedModel> {
  const { manifest: unchecked, tensors } = readModelFile(packed);
  const manifest = checkSlotsManifest(unchecked);
  const slots = declareSlots(manifest);
  const fed = slotsByRing(manifest, slots, options.maxGenerated ?? DEFAULT_MAX_GENERATED);
  if (options.slots !== undefined) compareSlots(slots, options.slots);
  checkTensors(manifest, slots, tensors);
  const values = new Map(
    manifest.rings.map((ring) => [
      ring.name,
      restoreRing(ring.name, tensors.get(ring.name), ring.storage, ring.ringSize),
    ]),
  );
  const plans = new Map<string, GenerationPlan>();
  for (const ring of manifest.rings) {
    plans.set(ring.name, await planOf(ring, fed.get(ring.name)!, seedFor(manifest, options)));
  }
  const source = assembleWeightSource(slots, plans, {
    ofRing: (name) => values.get(name)!,
    ofSlot: ({ name }) => tensors.get(name)!.data as Float32Array, // F32, see checkTensors
  });
  return { source, metadata: manifest.metadata };
}

function declareSlots(manifest: SlotsManifest): readonly Slot[] {
  const collector = new SlotCollector();
  for (const { name, shape, role, initializer } of manifest.slots) {
    collector.declare({ name, shape, role, initializer });
  }
  return collector.slots;
}

/** A slot with its place on its ring; the start is that of plain sharing. */
type FedSlot = PlannedSlot & { readonly start: number | null };

/** The slots of each ring, after checking that names and sizes agree. */
function slotsByRing(manifest: SlotsManifest, slots: readonly Slot[], maxGenerated: number): Map<string, FedSlot[]> {
  const names = new Set(slots.map(({ name }) => name));
  const fed = new Map<string, FedSlot[]>();
  for (const { name } of manifest.rings) {
    if (fed.has(name) || names.has(name)) throw new RangeError(`The model has the name '${name}' twice.`);
    fed.set(name, []);
  }
  let numGenerated = 0;
  manifest.slots.forEach(({ source }, i) => {
    if (source === null) return;
    const slot = slots[i]!;
    const group = fed.get(source.ring);
    if (group === undefined) {
      throw new RangeError(`Slot '${slot.name}' is fed by '${source.ring}', which is no ring of the model.`);
    }
    numGenerated += slot.size;
    if (numGenerated > maxGenerated) {
      throw new RangeError(
        `The model generates more than ${maxGenerated} weights; raise maxGenerated to load it all the same.`,
      );
    }
    const before = group.at(-1);
    const offset = before === undefined ? 0 : before.offset + before.slot.size;
    group.push({ slot, offset, scale: source.scale, start: source.start });
  });
  for (const ring of manifest.rings) checkRing(ring, fed.get(ring.name)!);
  return fed;
}

function checkRing({ name, ringSize, origin }: RingEntry, fed: readonly FedSlot[]): void {
  const numGenerated = fed.reduce((sum, { slot }) => sum + slot.size, 0);
  if (ringSize > numGenerated) {
    throw new RangeError(`The ring '${name}' has ${ringSize} elements but feeds ${numGenerated} weights.`);
  }
  for (const { slot, start } of fed) {
    if (slot.role !== 'backbone')
      throw new RangeError(`Slot '${slot.name}' is of role ${slot.role}, which no ring feeds.`);
    const isShared = origin.kind === 'shared';
    if (isShared !== (start !== null) || (start !== null && start + slot.size > ringSize)) {
      throw new RangeError(
        `Slot '${slot.name}' starts at element ${String(start)} of the ring '${name}', which is ${origin.kind}.`,
      );
    }
  }
}

function compareSlots(saved: readonly Slot[], expected: readonly Slot[]): void {
  const text = (slot: Slot | undefined): string =>
    slot === undefined ? 'none' : `'${slot.name}' of [${slot.shape.join(', ')}], ${slot.role}`;
  for (let i = 0; i < Math.max(saved.length, expected.length); i++) {
    if (text(saved[i]) !== text(expected[i])) {
      throw new RangeError(
        `The file is of another model: slot ${i + 1} is ${text(saved[i])}, the model expects ${text(expected[i])}.`,
      );
    }
  }
}

/** The file holds the tensors that the manifest needs, and no others. */
function checkTensors(
  manifest: SlotsManifest,
  slots: readonly Slot[],
  tensors: ReadonlyMap<string, SafetensorsTensor>,
): void {
  const expected = new Set(manifest.rings.map(({ name }) => name));
  manifest.slots.forEach(({ name, source }, i) => {
    if (source !== null) return;
    expected.add(name);
    const tensor = tensors.get(name);
    if (tensor?.dtype !== 'F32' || tensor.shape.join() !== slots[i]!.shape.join()) {
      throw new RangeError(
        `The model's tensor '${name}' is ${describe(tensor)}, expected F32 of [${slots[i]!.shape.join(', ')}].`,
      );
    }
  });
  const spare = [...tensors.keys()].find((name) => !expected.has(name));
  if (spare !== undefined)
    throw new RangeError(`The model has a tensor ${JSON.stringify(spare).slice(0, 80)} that nothing uses.`);
}

function seedFor(manifest: SlotsManifest, { seed }: LoadOptions): string | undefined {
  if (seed === undefined) return manifest.seed ?? undefined;
  if (manifest.seed !== null) throw new RangeError('The model holds its own seed; load it without one.');
  return checkSeed(seed);
}

async function planOf(ring: RingEntry, fed: readonly FedSlot[], seed: string | undefined): Promise<GenerationPlan> {
  const { name, ringSize, standardDeviation: ringStandardDeviation, origin } = ring;
  const numGenerated = fed.reduce((sum, { slot }) => sum + slot.size, 0);
  const slots = fed.map(({ slot, offset, scale }) => ({ slot, offset, scale: Math.fround(scale) }));
  if (origin.kind === 'shared') {
    const signedIndices = new Int32Array(numGenerated);
    for (const { slot, offset, start } of fed) {
      for (let i = 0; i < slot.size; i++) signedIndices[offset + i] = start! + i;
    }
    return { ringSize, numGenerated, slots, signedIndices, ringStandardDeviation, origin };
  }
  if (seed === undefined) {
    throw new RangeError(
      'The model was saved with its seed withheld; its weights need it. Pass it: unpackModel(bytes, { seed }).',
    );
  }
  const { sampling, reflect } = origin;
  const rng = createRng(seed).fork(name);
  const signedIndices = await drawIndexArrayAsync({ ringSize, numGenerated, sampling, reflect }, rng);
  return { ringSize, numGenerated, slots, signedIndices, ringStandardDeviation, origin: { ...origin, seed: rng.path } };
}
