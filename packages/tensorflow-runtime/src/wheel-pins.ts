// The TensorFlow release this package runs on: which Python wheels carry it, their sizes and their SHA-256.

export const TENSORFLOW_VERSION = '2.21.0';

/** Raised when the addon must be built anew from the same TensorFlow: other compiler flags, another source. */
export const ADDON_BUILD = 1;

/** `cpu` runs everywhere; `cuda` also carries the code for NVIDIA GPUs and runs on the CPU where there is none. */
export type Flavour = 'cpu' | 'cuda';

export const FLAVOURS: readonly Flavour[] = ['cpu', 'cuda'];

/** One file to fetch with pip. `sizeBytes` serves the progress bar and the disk check, `sha256` is enforced. */
export interface WheelPin {
  readonly project: string;
  readonly version: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What one flavour consists of; `unpackedBytes` is the size of the part of the wheels that is kept. */
export interface Release {
  readonly wheels: readonly WheelPin[];
  readonly unpackedBytes: number;
}

const tensorflowCpu: WheelPin = {
  project: 'tensorflow-cpu',
  version: TENSORFLOW_VERSION,
  sizeBytes: 273_829_956,
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
};

const tensorflowCuda: WheelPin = {
  project: 'tensorflow',
  version: TENSORFLOW_VERSION,
  sizeBytes: 572_440_367,
  sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
};

export const RELEASES: Readonly<Record<Flavour, Release>> = {
  cpu: { wheels: [tensorflowCpu], unpackedBytes: 854_000_000 },
  cuda: { wheels: [tensorflowCuda], unpackedBytes: 1_260_000_000 },
};
