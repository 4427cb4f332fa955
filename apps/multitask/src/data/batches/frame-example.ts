// How one frame becomes an example: it is read or cast, and a view of it is written. Runs in the batch worker; tests call
// it directly.
import type { ExampleMaker, ExampleShapes } from 'training-kit/data';
import { DataError } from 'training-kit/errors';
import type { Frame } from '../frames/frame.js';
import { framePath } from '../frames/frame-files.js';
import { type FrameUse, readFrame } from '../frames/read-frame.js';
import { renderFrame } from '../rendered.js';
import type { Split } from '../split.js';
import { type Augmentation, drawView } from '../views/augment.js';
import type { InputSettings } from '../views/input-settings.js';
import { plainView } from '../views/view.js';
import { writeView } from '../views/write-view.js';

/** What examples are made from: plain data. */
export interface FrameJob {
  readonly split: Split;
  readonly input: InputSettings;
  /** Of training; an evaluation sees frames as they are, and wants its `zoom` to be 1. */
  readonly augmentation: Augmentation;
}

export type FrameArray = 'images' | 'depths' | 'depthMask' | 'normals' | 'normalsMask';

/** The arrays of a view; see `ViewArrays`. */
export function frameShapes({ inputSize }: Pick<InputSettings, 'inputSize'>): ExampleShapes<FrameArray> {
  const map = [inputSize, inputSize];
  return { images: [...map, 3], depths: map, depthMask: map, normals: [...map, 3], normalsMask: map };
}

/** The frames of a split as examples. */
export function frameExamples({ split, input, augmentation }: FrameJob): ExampleMaker<Frame, FrameArray> {
  const { inputSize, normalization } = input;
  return {
    load: createFrameLoader(split, { inputSize, zoom: augmentation.zoom, maxDepth: split.maxDepth }),
    sizeBytesOf: ({ sizeBytes }) => sizeBytes,
    drawsName: 'augment',
    write(frame, _example, draws, { images, ...surfaces }) {
      const view = draws === undefined ? plainView : drawView(augmentation, draws);
      writeView(frame, view, inputSize, normalization, { image: images, ...surfaces });
    },
    noneReadable: (wanted, numTried) => noneReadable(split, wanted, numTried),
  };
}

/** Undefined for a frame that cannot be read, where such are skipped. */
function createFrameLoader({ frames }: Split, use: FrameUse): ExampleMaker<Frame, FrameArray>['load'] {
  if (frames.kind === 'rendered') {
    return (example) => renderFrame(frames.rooms?.[example] ?? example, frames.sizePx, frames.rngPath, use);
  }
  return async (example) => {
    try {
      return await readFrame(frames, frames.names[example]!, use);
    } catch (error) {
      if (frames.onBadImage === 'skip' && error instanceof DataError) return undefined;
      throw error;
    }
  };
}

function noneReadable({ frames }: Split, wanted: number, numTried: number): Error {
  if (frames.kind === 'rendered') return new Error('A rendered room cannot be unreadable.');
  const file = framePath(frames.folder, frames.names[wanted]!, 'rgb');
  return new DataError(
    file,
    `Cannot read the frame of ${file}, nor any of those that came next; ${numTried} were tried.\nIs ${frames.folder} ` +
      'complete and still there?',
  );
}
