// The TensorFlow release this package runs on: which Python wheels carry it, their sizes and their SHA-256.
import type { FileRecord } from '../cache-contents.js';

export const TENSORFLOW_VERSION = '2.21.0';

/** Raised when the addon must be built anew from the same TensorFlow: other compiler flags, another source. */
export const ADDON_BUILD = 13;

/** `cpu` runs everywhere; `cuda` also carries the code for NVIDIA GPUs and runs on the CPU where there is none. */
export type Flavour = 'cpu' | 'cuda';

export const flavours: readonly Flavour[] = ['cpu', 'cuda'];

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
  /** By these a library is known that was unpacked before lists of files were kept; empty where none is. */
  readonly knownFiles: readonly FileRecord[];
}

const cpuWheels = [
  wheel(
    'tensorflow-cpu',
    TENSORFLOW_VERSION,
    273_829_956,
    '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  ),
];

/** TensorFlow with GPU code and, below it, what its metadata names under `and-cuda`: the newest releases it allows. */
const cudaWheels = [
  wheel(
    'tensorflow',
    TENSORFLOW_VERSION,
    572_440_367,
    '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
  ),
  wheel(
    'nvidia-cublas-cu12',
    '12.9.3.13',
    581_217_458,
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
  ),
  wheel(
    'nvidia-cuda-cupti-cu12',
    '12.8.90',
    10_248_621,
    'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
  ),
  wheel(
    'nvidia-cuda-nvcc-cu12',
    '12.9.86',
    40_546_229,
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
  ),
  wheel(
    'nvidia-cuda-nvrtc-cu12',
    '12.9.86',
    89_568_129,
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
  ),
  wheel(
    'nvidia-cuda-runtime-cu12',
    '12.9.79',
    3_493_179,
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
  ),
  wheel(
    'nvidia-cudnn-cu12',
    '9.28.0.42',
    716_538_495,
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
  ),
  wheel(
    'nvidia-cufft-cu12',
    '11.4.1.4',
    200_877_592,
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
  ),
  wheel(
    'nvidia-curand-cu12',
    '10.3.10.19',
    68_295_626,
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
  ),
  wheel(
    'nvidia-cusolver-cu12',
    '11.7.5.82',
    338_117_415,
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
  ),
  wheel(
    'nvidia-cusparse-cu12',
    '12.5.10.65',
    366_465_088,
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  ),
  wheel('nvidia-nccl-cu12', '2.32.3', 351_526_311, 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c'),
  wheel(
    'nvidia-nvjitlink-cu12',
    '12.9.86',
    39_748_338,
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
  ),
];

const cpuLibraries: readonly FileRecord[] = [
  {
    path: 'tensorflow/libtensorflow_cc.so.2',
    sizeBytes: 788_086_608,
    sha256: '6505a4b9657e62100c6bdacb683957a395cb047725042945aaa50e40a71e429e',
  },
  {
    path: 'tensorflow/libtensorflow_framework.so.2',
    sizeBytes: 65_222_328,
    sha256: 'f060b323b26ef80add21b9df9428de3aeaf2843d772c5bb098745f7abff3709b',
  },
];

export const releases: Readonly<Record<Flavour, Release>> = {
  cpu: { wheels: cpuWheels, unpackedBytes: 854_000_000, knownFiles: cpuLibraries },
  cuda: { wheels: cudaWheels, unpackedBytes: 5_677_158_501, knownFiles: [] },
};

function wheel(project: string, version: string, sizeBytes: number, sha256: string): WheelPin {
  return { project, version, sizeBytes, sha256 };
}
