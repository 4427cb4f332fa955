// What is timed, and by whom: plain data that is handed to a worker process as JSON.

export const tasks = ['step', 'inference', 'generate', 'gradient'] as const;

/**
 * `step`: a whole training step. `inference`: logits of a batch from weights that were generated before. `generate`: all
 * M weights from the ring. `gradient`: the gradient of all M weights back onto the ring.
 */
export type Task = (typeof tasks)[number];

export type Precision = 'float32' | 'bfloat16';

/** One job, the same for all who do it. The network is ResNet18 with the 3×3 stem. */
export interface Workload {
  readonly task: Task;
  readonly network: 'plain' | 'ring';
  /** Of convolutions and activations; parameters, norms' statistics, head and loss are float32 in both. */
  readonly precision: Precision;
  /** Channels of the first stage. */
  readonly width: number;
  /** N, a number of elements. */
  readonly ringSize: number;
  readonly batchSize: number;
  /** Side of the square images, in pixels. */
  readonly imageSize: number;
  readonly threads: number;
  /** Times the job is done for one timing; the timing is divided by it. Above 1 for jobs of a few milliseconds. */
  readonly repeats: number;
}

/** Who does the job: this project, PyTorch, or a loop in C++. */
export type Side = 'ours' | 'torch' | 'native';

/** One way of doing a job; it gets a process of its own. */
export interface Contestant {
  /** Its words, joined by '/': `torch/ring/float32/compiled`. Unique within a comparison. */
  readonly name: string;
  readonly side: Side;
  readonly workload: Workload;
  /** PyTorch: run through `torch.compile`. */
  readonly isCompiled: boolean;
  /**
   * PyTorch's way of generating. `official`: as the published code does, layer by layer, `w[index] * mask` and the
   * layer's scale. `index-select`: one `index_select` for all layers, sign and scale in one factor.
   */
  readonly style: 'official' | 'index-select';
}

/** Jobs whose contestants are timed in turn, and shown in one table. */
export interface Comparison {
  readonly section: Section;
  readonly title: string;
  /** What a time is of: `ms a step`, `ms an image`. */
  readonly unit: string;
  /** A timing is divided by it to give the unit: images a batch. */
  readonly divisor: number;
  readonly contestants: readonly Contestant[];
}

export const sections = ['step', 'inference', 'generate'] as const;

export type Section = (typeof sections)[number];

/** Classes of the made-up data, as in CIFAR-100. */
export const NUM_CLASSES = 100;

/** Of SGD, on both sides. */
export const sgdSettings = { learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 } as const;

/** The seed of weights, index array and data. */
export const SEED = 'bench';
