// What the training thread and its batch workers agree on: arrays in shared slots and three counters beside them.

/** The arrays of one batch. */
export type BatchLayout = Readonly<Record<string, { readonly dtype: BatchDtype; readonly shape: readonly number[] }>>;

export type BatchDtype = 'float32' | 'int32';

/** The arrays that `Dtypes` describes, over memory of kind `Memory`. */
export type BatchArrays<
  Dtypes extends Readonly<Record<string, BatchDtype>>,
  Memory extends ArrayBufferLike = ArrayBuffer,
> = {
  readonly [Name in keyof Dtypes]: Dtypes[Name] extends 'float32'
    ? Float32Array<Memory>
    : Dtypes[Name] extends 'int32'
      ? Int32Array<Memory>
      : Float32Array<Memory> | Int32Array<Memory>;
};

/**
 * Places in the control array, one Int32 each. The worker alone writes NUM_MADE, the training thread NUM_TAKEN; the
 * worker sleeps on NUM_TAKEN while all slots are full. Who sets IS_WAITING to 1 wants a message with the next batch.
 */
export const NUM_MADE = 0;
export const NUM_TAKEN = 1;
export const IS_WAITING = 2;
export const CONTROL_BYTES = 3 * Int32Array.BYTES_PER_ELEMENT;

/** What a worker is started with. It makes firstStep, firstStep + stride, … below toStep, in this order. */
export interface WorkerOrder {
  readonly prefetch: {
    readonly control: SharedArrayBuffer;
    readonly numSlots: number;
    readonly firstStep: number;
    readonly toStep: number;
    readonly stride: number;
  };
  /** The app's own. */
  readonly data: unknown;
}

export type WorkerMessage =
  /** Comes once, before the first batch. `memory` holds the slots one after the other. */
  | { readonly kind: 'ready'; readonly layout: BatchLayout; readonly memory: SharedArrayBuffer }
  /** A batch was made while the training thread waited. */
  | { readonly kind: 'made' }
  /** `file` is that of a DataError. */
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string; readonly file: string | undefined };

/** Bytes of one slot. @throws RangeError for a shape that is none, TypeError for an unknown dtype */
export function slotBytes(layout: BatchLayout): number {
  let numElements = 0;
  for (const [name, { dtype, shape }] of Object.entries(layout)) {
    if (!['float32', 'int32'].includes(dtype)) {
      throw new TypeError(`Batch array ${name} is of dtype ${dtype}, expected float32 or int32.`);
    }
    if (!shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
      throw new RangeError(`Batch array ${name} has shape [${shape.join(', ')}], expected whole numbers above 0.`);
    }
    numElements += elementsIn(shape);
  }
  return numElements * Float32Array.BYTES_PER_ELEMENT; // both dtypes are four bytes wide
}

/** Views of each slot's arrays, in the order of `layout`. */
export function slotViews(
  layout: BatchLayout,
  memory: SharedArrayBuffer,
  numSlots: number,
): BatchArrays<Record<string, BatchDtype>, SharedArrayBuffer>[] {
  let offset = 0;
  return Array.from({ length: numSlots }, () => {
    const arrays = Object.entries(layout).map(([name, { dtype, shape }]) => {
      const length = elementsIn(shape);
      const start = offset;
      offset += length * Float32Array.BYTES_PER_ELEMENT;
      return [
        name,
        dtype === 'float32' ? new Float32Array(memory, start, length) : new Int32Array(memory, start, length),
      ];
    });
    return Object.fromEntries(arrays) as BatchArrays<Record<string, BatchDtype>, SharedArrayBuffer>;
  });
}

/** Numbers in an array of `shape`. */
export function elementsIn(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
