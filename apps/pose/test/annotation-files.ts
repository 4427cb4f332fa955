// One small sound file of each annotation format, all of the same two people.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hrnetRecord, places, pytorchPoseRecord } from './annotation-fixtures.js';
import { cell, empty, matrix, num, struct, text, writeMatlab5, type Written } from './matlab5-writer.js';
import { writeMatlab73 } from './matlab73-writer.js';
import { writeAnnotH5, writeValidH5 } from './princeton-h5-writer.js';

/** MPII's RELEASE: two training images with a person each, and one of test. */
export function mpiiRelease(): Record<string, Written> {
  const points = struct(
    ...places.map(([x, y], id) => ({ id: num(id), x: num(x), y: num(y), is_visible: id === 3 ? empty : num(1) })),
  );
  const person = struct({
    ...{ x1: num(11), y1: num(21), x2: num(14), y2: num(25), scale: num(0.5) },
    ...{ objpos: struct({ x: num(31), y: num(41) }), annopoints: struct({ point: points }) },
  });
  const image = (name: string, annorect: Written) => ({ image: struct({ name: text(name) }), annorect });
  const annolist = struct(image('a.jpg', person), image('b.jpg', person), image('test.jpg', empty));
  return { RELEASE: struct({ annolist, img_train: num(1, 1, 0) }) };
}

/** gt_valid.mat of two people with the joints of `places`. */
export function gtValidVariables(): Record<string, Written> {
  const names = 'rank rkne rhip lhip lkne lank pelv thor neck head rwri relb rsho lsho lelb lwri'.split(' ');
  const onePerson = [...places.map(([x]) => x), ...places.map(([, y]) => y)];
  return {
    dataset_joints: cell(...names.map(text)),
    jnt_missing: matrix([16, 2], new Array<number>(32).fill(0)),
    pos_gt_src: matrix([16, 2, 2], [...onePerson, ...onePerson]),
    headboxes_src: matrix([2, 2, 2], [11, 14, 21, 25, 11, 14, 21, 25]),
  };
}

/** A folder with one file to read, and the file in it whose bytes are to be spoiled. */
export interface AnnotationCase {
  readonly name: string;
  readonly read: string;
  readonly spoilt: string;
}

/** @returns by kind: files that are read in this thread, and those that need the HDF5 library */
export async function writeAnnotationFiles(
  folder: string,
): Promise<{ readonly plain: readonly AnnotationCase[]; readonly hdf5: readonly AnnotationCase[] }> {
  const place = (name: string, file: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name, file);
  };
  const asIs = (name: string, file: string): AnnotationCase => ({ name, read: file, spoilt: file });
  const write = (file: string, content: string | Uint8Array) => {
    writeFileSync(file, content);
    return file;
  };
  const people = [hrnetRecord(), hrnetRecord({ image: 'b.jpg' })];
  const beside = (name: string) => {
    const read = write(place(name, 'valid.json'), JSON.stringify(people));
    return { name, read, spoilt: place(name, 'gt_valid.mat') };
  };
  const [beside5, beside73] = [beside('gt_valid.mat of version 5'), beside('gt_valid.mat of version 7.3')];
  write(beside5.spoilt, writeMatlab5(gtValidVariables(), { isCompressed: true }));
  await writeMatlab73(beside73.spoilt, gtValidVariables());
  const both = [pytorchPoseRecord(), pytorchPoseRecord({ isValidation: 1 })];
  return {
    plain: [
      asIs('HRNet’s json', write(place('hrnet', 'train.json'), JSON.stringify(people))),
      asIs('pytorch-pose’s json', write(place('pytorch-pose', 'all.json'), JSON.stringify(both))),
      asIs('MPII’s .mat', write(place('mat', 'mpii.mat'), writeMatlab5(mpiiRelease()))),
      asIs(
        'MPII’s .mat, compressed',
        write(place('packed', 'mpii.mat'), writeMatlab5(mpiiRelease(), { isCompressed: true })),
      ),
      beside5,
    ],
    hdf5: [
      asIs('valid.h5', await writeValidH5(place('valid', 'valid.h5'))),
      asIs(
        'annot.h5',
        await writeAnnotH5(place('annot', 'annot.h5'), [
          { image: 'a.jpg', istrain: 1, isMarked: true },
          { image: 'b.jpg', istrain: 0, isMarked: false },
        ]),
      ),
      asIs('MPII’s .mat of version 7.3', await writeMatlab73(place('mat73', 'mpii.mat'), mpiiRelease())),
      beside73,
    ],
  };
}
