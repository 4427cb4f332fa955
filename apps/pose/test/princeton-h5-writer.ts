// Writes small files of the hourglass authors' two h5 layouts for tests.
import h5wasm from 'h5wasm/node';
import { places } from './annotation-fixtures.js';

type Data = Parameters<InstanceType<typeof h5wasm.File>['create_dataset']>[0]['data'];
export type H5Datasets = Record<string, { data: Data; shape: number[] } | undefined>;

/**
 * valid.h5 of two people; the second has no head size, and its joint 4 is missing, its joint 5 hidden.
 *
 * @param change datasets to put in place of these; undefined leaves one out
 */
export async function writeValidH5(file: string, change: H5Datasets = {}): Promise<string> {
  const second = places.map(([x, y], i) => (i === 4 ? [0, 0] : [x, y]));
  return writeH5(file, {
    imgname: { data: ['a.jpg', 'longer.jpg'], shape: [2] },
    center: { data: Float64Array.of(31, 48.5, 31, 48.5), shape: [2, 2] },
    scale: { data: Float64Array.of(0.625, 0.625), shape: [2] },
    part: { data: Float64Array.from([...places.flat(), ...second.flat()]), shape: [2, 16, 2] },
    visible: {
      data: Float64Array.from([...places.map(() => 1), ...places.map((_, i) => (i === 5 ? 0 : 1))]),
      shape: [2, 16],
    },
    normalize: { data: Float64Array.of(12.5, 0), shape: [2] },
    ...change,
  });
}

/** One person of annot.h5. Joints are those of `places`, or none marked. */
export interface AnnotPerson {
  readonly image: string;
  readonly istrain: number;
  readonly isMarked: boolean;
}

/** annot.h5: boxes as MPII gives them, people of all splits. */
export async function writeAnnotH5(file: string, people: readonly AnnotPerson[]): Promise<string> {
  const count = people.length;
  const each = (values: (person: AnnotPerson) => readonly number[]) => Float64Array.from(people.flatMap(values));
  return writeH5(file, {
    imgname: codes(people.map(({ image }) => image)),
    center: { data: each(() => [31, 41]), shape: [count, 2] },
    scale: { data: each(() => [0.5]), shape: [count] },
    part: {
      data: each(({ isMarked }) => places.flatMap(([x, y], i) => (!isMarked ? [-1, -1] : i === 4 ? [0, 0] : [x, y]))),
      shape: [count, 16, 2],
    },
    visible: { data: each(({ isMarked }) => places.map((_, i) => (isMarked && i !== 4 ? 1 : 0))), shape: [count, 16] },
    normalize: { data: each(({ isMarked }) => [isMarked ? 12.5 : 1]), shape: [count] },
    istrain: { data: each(({ istrain }) => [istrain]), shape: [count] },
    ...Object.fromEntries(
      // More names than HDF5 keeps in a group's head, as in the authors' own files.
      ['index', 'multi', 'person', 'torsoangle'].map((name) => [name, { data: each(() => [0]), shape: [count] }]),
    ),
  });
}

/** Names as rows of sixteen character codes. */
export function codes(names: readonly string[]): { data: Float64Array; shape: number[] } {
  const rows = names.flatMap((name) => Array.from({ length: 16 }, (_, i) => name.charCodeAt(i) || 0));
  return { data: Float64Array.from(rows), shape: [names.length, 16] };
}

async function writeH5(file: string, datasets: H5Datasets): Promise<string> {
  await h5wasm.ready;
  const opened = new h5wasm.File(file, 'w');
  for (const [name, content] of Object.entries(datasets)) {
    if (content !== undefined) opened.create_dataset({ name, ...content });
  }
  opened.close();
  return file;
}
