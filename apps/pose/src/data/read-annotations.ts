// Reads an annotation file of any known format, told by its ending and, of json, by its first record.
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { DataError } from 'training-kit/errors';
import type { Annotations } from './annotations.js';
import { readGtValid } from './gt-valid.js';
import { readHrnetJson } from './hrnet-json.js';
import { readJsonRecords } from './json-record.js';
import { withMatlabFile } from './matlab-file.js';
import { readMpiiMat } from './mpii-mat.js';
import type { PersonSplit } from './person-record.js';
import { readPrincetonH5 } from './princeton-h5.js';
import { readPytorchPoseJson } from './pytorch-pose-json.js';

export interface AnnotationOptions {
  /** Of the file's people, where the file does not say it itself. */
  readonly split: PersonSplit;
  /** What HRNet's json counts its first pixel as: 1 in the official files. Other formats say it by being what they are. */
  readonly firstPixel: 0 | 1;
}

/**
 * Formats: HRNet's json (with gt_valid.mat, if that lies beside a valid.json), pytorch-pose's json, the h5 of the
 * hourglass authors, MPII's own .mat.
 *
 * @throws DataError when the file is missing, damaged or of none of these
 */
export async function readAnnotations(file: string, { split, firstPixel }: AnnotationOptions): Promise<Annotations> {
  switch (extname(file).toLowerCase()) {
    case '.json':
      return readJson(file, { split, firstPixel });
    case '.h5':
    case '.hdf5':
      return readPrincetonH5(file, split);
    case '.mat':
      return withMatlabFile(file, (variables) => readMpiiMat(variables, file));
    default:
      throw new DataError(
        file,
        `Cannot read ${file}: annotations are .json (HRNet, pytorch-pose), .h5 (hourglass authors) or .mat (MPII).`,
      );
  }
}

async function readJson(file: string, { split, firstPixel }: AnnotationOptions): Promise<Annotations> {
  const records = await readJsonRecords(file);
  const first = records[0];
  if (first === undefined) throw new DataError(file, `Cannot read ${file}: it is an empty array.`);
  if (first.has('joint_self')) return readPytorchPoseJson(records);
  if (!first.has('image') || !first.has('center')) {
    throw first.error('it has neither "joint_self" (pytorch-pose) nor "image" and "center" (HRNet)');
  }
  const headBoxes = join(dirname(file), 'gt_valid.mat');
  if (basename(file) !== 'valid.json' || !existsSync(headBoxes)) return readHrnetJson(records, { split, firstPixel });
  return withMatlabFile(headBoxes, (variables) =>
    readHrnetJson(records, { split, firstPixel, gtValid: readGtValid(variables, headBoxes) }),
  );
}
