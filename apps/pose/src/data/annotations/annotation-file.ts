// Reads an annotation file of any known format, in this thread; the format is told by the file's ending and, of json, by
// its first record.
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { DataError } from 'training-kit/errors';
import type { Annotations } from './annotations.js';
import { findFirstPixel, type FirstPixel, type FoundFirstPixel } from './first-pixel.js';
import { readGtValid } from './gt-valid.js';
import { readHrnetJson } from './hrnet-json.js';
import { type JsonRecord, readJsonRecords } from './json-record.js';
import { withMatlabFile } from './matlab/matlab-file.js';
import { readMpiiMat } from './mpii-mat.js';
import type { PersonSplit } from './person-record.js';
import { readPytorchPoseJson } from './pytorch-pose-json.js';

export interface AnnotationOptions {
  /** Of the file's people, where the file does not say it itself. */
  readonly split: PersonSplit;
  /**
   * What HRNet's json counts its first pixel as; null to find it out where gt_valid.mat lies beside, else 0. Other
   * formats say it by being what they are.
   */
  readonly firstPixel: FirstPixel | null;
}

/** @throws DataError as `readAnnotations` */
export async function readAnnotationFile(file: string, { split, firstPixel }: AnnotationOptions): Promise<Annotations> {
  switch (extname(file).toLowerCase()) {
    case '.json':
      return readJson(file, { split, firstPixel });
    case '.h5':
    case '.hdf5': {
      const { readPrincetonH5 } = await import('./princeton-h5.js'); // loads the HDF5 library, which few runs need
      return readPrincetonH5(file, split);
    }
    case '.mat':
      return withMatlabFile(file, (variables) => readMpiiMat(variables, file));
    default:
      throw new DataError(
        file,
        `Cannot read ${file}: annotations are .json (HRNet, pytorch-pose), .h5 (hourglass authors) or .mat (MPII).`,
      );
  }
}

async function readJson(file: string, options: AnnotationOptions): Promise<Annotations> {
  const records = await readJsonRecords(file);
  const first = records[0];
  if (first === undefined) throw new DataError(file, `Cannot read ${file}: it is an empty array.`);
  if (first.has('joint_self')) return readPytorchPoseJson(records);
  if (!first.has('image') || !first.has('center')) {
    throw first.error('it has neither "joint_self" (pytorch-pose) nor "image" and "center" (HRNet)');
  }
  return readHrnet(file, records, options);
}

/** The official set's files lie in one folder: valid.json, gt_valid.mat of the same people, train.json and more. */
async function readHrnet(
  file: string,
  records: readonly JsonRecord[],
  { split, firstPixel }: AnnotationOptions,
): Promise<Annotations> {
  const [gtFile, validFile] = ['gt_valid.mat', 'valid.json'].map((name) => join(dirname(file), name)) as [
    string,
    string,
  ];
  const name = basename(file);
  if (!existsSync(gtFile) || !existsSync(validFile)) {
    return { ...readHrnetJson(records, { split, firstPixel: firstPixel ?? 0 }), notes: assumed(name, firstPixel) };
  }
  const isValid = name === 'valid.json';
  const validRecords = isValid ? records : await readJsonRecords(validFile);
  return withMatlabFile(gtFile, (variables) => {
    const gtValid = readGtValid(variables, gtFile);
    const { taken, notes } = chooseFirstPixel(name, firstPixel, findFirstPixel(validRecords, gtValid));
    return { ...readHrnetJson(records, { split, firstPixel: taken, ...(isValid ? { gtValid } : {}) }), notes };
  });
}

/** What is asked for stands, but not in silence. */
function chooseFirstPixel(
  name: string,
  asked: FirstPixel | null,
  found: FoundFirstPixel | undefined,
): { readonly taken: FirstPixel; readonly notes: readonly string[] } {
  if (found === undefined) return { taken: asked ?? 0, notes: assumed(name, asked) };
  const { firstPixel, numEqual, numCompared } = found;
  const place = firstPixel === 1 ? 'where gt_valid.mat has them' : 'a pixel before those of gt_valid.mat';
  const evidence = `of ${numCompared} joints of valid.json ${numEqual} are ${place}, which counts from 1`;
  if (asked === null)
    return { taken: firstPixel, notes: [`${name} counts its pixels from ${firstPixel}: ${evidence}.`] };
  if (asked === firstPixel) return { taken: asked, notes: [] };
  const problem =
    `${name} is read as if it counted its pixels from ${asked}, but it counts from ${firstPixel}: ${evidence}. ` +
    `All its joints are a pixel off. Pass --first-pixel ${firstPixel}.`;
  return { taken: asked, notes: [problem] };
}

function assumed(name: string, asked: FirstPixel | null): readonly string[] {
  if (asked !== null) return [];
  return [
    `${name} is taken to count its pixels from 0: nothing beside it shows which. HRNet’s official files count from 1; ` +
      'pass --first-pixel 1 for them, 0 for a copy that counts from 0.',
  ];
}
