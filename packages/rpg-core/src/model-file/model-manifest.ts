// What a saved model says about itself besides its numbers: format and version, the rings and how their indices were drawn,
// the table of slots. save-model.ts writes it; load-model.ts uses it only after the checks made here.
import type { Initializer } from '../weights/slot.js';
import type { Read, Reader } from './json-reader.js';
import {
  dictionary,
  flag,
  identifier,
  integer,
  list,
  nullable,
  object,
  oneOf,
  real,
  tagged,
  text,
} from './json-reader.js';
import { short } from './strict-json.js';

/** The name by which a file is recognised. */
export const FORMAT = 'rpg-model';
/** The version written, and the only one read. */
export const VERSION = 1;
/** How W may be stored: the names of safetensors. */
export type RingDtype = 'F32' | 'F16' | 'I8';

const LARGEST = 2 ** 30;
const name = identifier(512);
const positive = integer(1, LARGEST);

/** A ring's storage, by which its tensor becomes numbers again. */
export const readStorage = object({
  dtype: oneOf('F32', 'F16', 'I8'),
  /** Of I8; null for the others. */
  step: nullable(real),
});

const readInitializer: Reader<Initializer> = tagged({
  normal: object({ kind: oneOf('normal'), standardDeviation: real }),
  uniform: object({ kind: oneOf('uniform'), limit: real }),
  constant: object({ kind: oneOf('constant'), value: real }),
});

const readRing = object({
  name,
  ringSize: positive,
  standardDeviation: real,
  origin: tagged({
    drawn: object({ kind: oneOf('drawn'), sampling: oneOf('even', 'uneven', 'sequential'), reflect: flag }),
    shared: object({ kind: oneOf('shared') }),
  }),
  storage: readStorage,
});

const readSlot = object({
  name,
  shape: list(positive, 8),
  role: oneOf('backbone', 'stem', 'head', 'norm', 'bias', 'statistics'),
  initializer: readInitializer,
  /** Null for a slot with numbers of its own. */
  source: nullable(
    object({
      ring: name,
      scale: real,
      /** First ring element, for a ring of plain sharing; null for a drawn one. */
      start: nullable(integer(0, LARGEST)),
    }),
  ),
});

/** Metadata of the caller's: what the model is, its classes. */
export const readMetadata = dictionary(text(1_000_000), 1000);

/** Fields of every manifest. */
const head = { format: oneOf(FORMAT), version: oneOf(VERSION) };

/** Null where it was withheld, or where nothing was drawn. */
const readSeed = nullable(text(4096));

const readSlotsManifest = object({
  ...head,
  content: oneOf('slots'),
  seed: readSeed,
  rings: list(readRing, 10_000),
  slots: list(readSlot, 100_000),
  metadata: readMetadata,
});

/** A model of slots, as `createWeightSource` takes them. */
export type SlotsManifest = Read<typeof readSlotsManifest>;
export type RingEntry = Read<typeof readRing>;
export type SlotEntry = Read<typeof readSlot>;
export type RingStorage = Read<typeof readStorage>;

/** A tf.LayersModel: its topology as tfjs writes it, its rings by name. */
const readLayersManifest = object({
  ...head,
  content: oneOf('layers'),
  topology: ((value, path) => {
    if (typeof value !== 'object' || value === null) throw new TypeError(`${path} is not an object.`);
    return value;
  }) satisfies Reader<object>,
  rings: list(object({ layer: name, weight: name, seed: readSeed, storage: readStorage }), 1000),
  metadata: readMetadata,
});

/** A saved tf.LayersModel. */
export type LayersManifest = Read<typeof readLayersManifest>;

/**
 * Checks a manifest field by field.
 *
 * @throws TypeError naming the field, RangeError for another version or the other kind of content
 */
export function checkSlotsManifest(value: unknown): SlotsManifest {
  checkHead(value, 'slots', 'unpackModel', 'unpackLayersModel');
  return readSlotsManifest(value, 'manifest');
}

/** As `checkSlotsManifest`, for a tf.LayersModel. */
export function checkLayersManifest(value: unknown): LayersManifest {
  checkHead(value, 'layers', 'unpackLayersModel', 'unpackModel');
  return readLayersManifest(value, 'manifest');
}

/** First of all format and version, because another version may have any other fields. */
function checkHead(value: unknown, content: string, reader: string, otherReader: string): void {
  const fields = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  if (fields.get('format') !== FORMAT) throw new TypeError(`Not a model of rpg-core: its format is not '${FORMAT}'.`);
  const version = fields.get('version');
  if (version !== VERSION) {
    throw new RangeError(
      `The model has version ${version === undefined ? 'none' : short(version)}, this rpg-core reads ${VERSION}; use the ` +
        'release that wrote it.',
    );
  }
  const given = fields.get('content');
  if (given !== content && (given === 'slots' || given === 'layers')) {
    throw new RangeError(`${reader} reads models of ${content}, this one holds ${given}; use ${otherReader}.`);
  }
}
