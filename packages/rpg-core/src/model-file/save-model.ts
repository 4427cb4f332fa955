// Saves a weight source: its trainable numbers, and the seeds and sizes from which the generated ones are drawn again.
import type { GenerationPlan } from '../ring/generation-plan.js';
import { INDEX_MASK } from '../ring/index-array.js';
import { requireDrawn, withheld } from '../ring/key.js';
import { checkFinite } from '../weights/finite.js';
import { requireLinear, type WeightSource } from '../weights/weight-source.js';
import { type ModelFile, writeModelFile, writeModelFolder } from './model-file.js';
import { FORMAT, readMetadata, type RingEntry, type SlotEntry, type SlotsManifest, VERSION } from './model-manifest.js';
import { type RingFormat, storeRing } from './ring-storage.js';
import type { SafetensorsTensor } from './safetensors.js';

/** How a model is saved. */
export interface SaveOptions {
  /** How W is stored; default `float32`, bit for bit. All other weights are float32. */
  readonly ringFormat?: RingFormat;
  /**
   * Leaves the seed out (paper, section 5.5, "Security"): who has the file alone does not know which weight is which
   * element of the ring. Only for a model whose seed is a key that nobody can guess, see `createKey`. Default false.
   */
  readonly withholdSeed?: boolean;
  /** Texts to keep with the model, such as its architecture and its classes' names. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * A model as the bytes of one file: safetensors, with the manifest among the metadata.
 *
 * @throws RangeError for a plan whose indices were neither drawn nor shared, numbers that the format cannot hold or that
 *   are not finite, or a seed to withhold that can be guessed
 */
export async function packModel(source: WeightSource, options: SaveOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { manifest, tensors } = await describeModel(source, options);
  return writeModelFile(manifest, tensors);
}

/** As `packModel`, as a folder's files by name: `manifest.json` and `weights.safetensors`. */
export async function packModelFolder(
  source: WeightSource,
  options: SaveOptions = {},
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const { manifest, tensors } = await describeModel(source, options);
  return writeModelFolder(manifest, tensors);
}

/** What a saved model consists of. */
export async function describeModel(
  source: WeightSource,
  { ringFormat = 'float32', withholdSeed = false, metadata = {} }: SaveOptions,
): Promise<ModelFile & { readonly manifest: SlotsManifest }> {
  requireLinear(source, 'Model files know linear rings alone');
  const tensors = new Map<string, SafetensorsTensor>();
  const rings: RingEntry[] = [];
  for (const [name, variable] of [...source.trainables, ...source.statistics]) {
    const values = (await variable.data()) as Float32Array;
    checkFinite(name, values);
    const plan = source.plans.get(name);
    if (plan === undefined) {
      tensors.set(name, { dtype: 'F32', shape: variable.shape, data: values });
    } else {
      const { tensor, storage } = storeRing(values, ringFormat);
      tensors.set(name, tensor);
      rings.push({ ...describeRing(name, plan), storage });
    }
  }
  const manifest: SlotsManifest = {
    format: FORMAT,
    version: VERSION,
    content: 'slots',
    seed: withholdSeed ? withheldSeed(source.plans) : commonSeed(source.plans),
    rings,
    slots: describeSlots(source),
    metadata: readMetadata(metadata, 'metadata'),
  };
  return { manifest, tensors };
}

function describeRing(
  name: string,
  { ringSize, ringStandardDeviation, origin }: GenerationPlan,
): Omit<RingEntry, 'storage'> {
  if (origin === undefined) {
    throw new RangeError(`The ring '${name}' has a plan without an origin, made by hand; it cannot be saved.`);
  }
  return {
    name,
    ringSize,
    standardDeviation: ringStandardDeviation,
    origin: origin.kind === 'shared' ? origin : { kind: 'drawn', sampling: origin.sampling, reflect: origin.reflect },
  };
}

function describeSlots({ slots, plans }: WeightSource): SlotEntry[] {
  const sources = new Map<string, NonNullable<SlotEntry['source']>>();
  for (const [ring, { slots: planned, signedIndices, origin }] of plans) {
    for (const { slot, offset, scale } of planned) {
      const start = origin?.kind === 'shared' ? signedIndices[offset]! & INDEX_MASK : null;
      sources.set(slot.name, { ring, scale, start });
    }
  }
  return slots.map(({ name, shape, role, initializer }) => ({
    name,
    shape,
    role,
    initializer,
    source: sources.get(name) ?? null,
  }));
}

function withheldSeed(plans: WeightSource['plans']): null {
  const drawn = [...plans].flatMap(([name, { origin }]) => (origin?.kind === 'drawn' ? [{ name, ...origin }] : []));
  requireDrawn(drawn);
  return withheld(drawn[0]!.name, commonSeed(plans)!);
}

/** The path of the stream that `createWeightSource` was given: a ring of name n draws from its fork n. */
function commonSeed(plans: WeightSource['plans']): string | null {
  let seed: string | null = null;
  for (const [name, { origin }] of plans) {
    if (origin?.kind !== 'drawn') continue;
    const own = origin.seed.endsWith(`/${name}`) ? origin.seed.slice(0, -name.length - 1) : undefined;
    if (own === undefined || (seed !== null && seed !== own)) {
      throw new RangeError(`The ring '${name}' was drawn from '${origin.seed}', not from the other rings' stream.`);
    }
    seed = own;
  }
  return seed;
}
