// A backend whose tensors have a shape and no numbers: the largest network passes through in milliseconds, for questions that
// shapes alone answer.
import * as tf from '@tensorflow/tfjs-core';
import { shapeRules } from './shape-kernels.js';

const NAME = 'shapes';

/**
 * Runs `f` with tensors that have no numbers, in place of the backend at hand, which is there again afterwards. What `f` makes
 * is freed. Nothing in it may read a tensor.
 */
export function withShapesAlone(f: () => void): void {
  const { backendName } = tf.engine() as { readonly backendName?: string | null }; // none before one is asked for
  registerKernels();
  tf.registerBackend(NAME, () => new ShapeBackend());
  try {
    use(NAME);
    tf.tidy(f);
  } finally {
    tf.removeBackend(NAME);
    if (backendName != null) use(backendName);
  }
}

/** A backend that is made at once is in place at once; only others have to be waited for. */
function use(name: string): void {
  void tf.setBackend(name);
}

/** Counts the tensors that share data which are not there: a variable and its first value, for instance. */
class ShapeBackend extends tf.KernelBackend {
  readonly #uses = new Map<tf.DataId, number>();

  override write(): tf.DataId {
    const id = {};
    this.#uses.set(id, 1);
    return id;
  }

  override incRef(id: tf.DataId): void {
    this.#uses.set(id, this.refCount(id) + 1);
  }

  override refCount(id: tf.DataId): number {
    return this.#uses.get(id) ?? 0;
  }

  /** @returns whether nothing uses it any more */
  override disposeData(id: tf.DataId): boolean {
    const uses = this.refCount(id) - 1;
    if (uses > 0) this.#uses.set(id, uses);
    else this.#uses.delete(id);
    return uses <= 0;
  }

  override numDataIds(): number {
    return this.#uses.size;
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override dispose(): void {
    this.#uses.clear();
  }
}

function registerKernels(): void {
  if ((tf.getKernel('Fill', NAME) as tf.KernelConfig | undefined) !== undefined) return;
  for (const [kernelName, shapeOf] of Object.entries(shapeRules)) {
    tf.registerKernel({
      kernelName,
      backendName: NAME,
      kernelFunc: ({ inputs, attrs }) => {
        const given = Object.entries(inputs as Readonly<Record<string, tf.TensorInfo>>);
        const shape = [...shapeOf(Object.fromEntries(given.map(([name, { shape }]) => [name, shape])), attrs ?? {})];
        const dtype = (attrs?.dtype as tf.DataType | undefined) ?? given[0]?.[1].dtype ?? 'float32';
        return { dataId: tf.engine().backend.write(new Float32Array(), shape, dtype), shape, dtype };
      },
    });
  }
}
