import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import h5wasm from 'h5wasm/node';
import { beforeAll, expect, test } from 'vitest';
import { expectedJoints, messageOf, places, temporaryFolder } from '../../test/annotation-fixtures.js';
import { noData, posePack } from '../../test/real-data.js';
import { readAnnotations } from './read-annotations.js';
import { readPrincetonH5 } from './princeton-h5.js';

const folder = temporaryFolder();
beforeAll(() => h5wasm.ready);

type Data = Parameters<InstanceType<typeof h5wasm.File>['create_dataset']>[0]['data'];

/** Two people; the second has no head size, and its joint 4 is missing, its joint 5 hidden. */
function write(name: string, change: Record<string, { data: Data; shape: number[] } | undefined> = {}): string {
  const file = join(folder, name);
  const opened = new h5wasm.File(file, 'w');
  const second = places.map(([x, y], i) => (i === 4 ? [0, 0] : [x, y]));
  const datasets: Record<string, { data: Data; shape: number[] } | undefined> = {
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
  };
  for (const [key, content] of Object.entries(datasets)) {
    if (content !== undefined) opened.create_dataset({ name: key, ...content });
  }
  opened.close();
  return file;
}

const codes = (names: string[]) => ({
  data: Float64Array.from(names.flatMap((name) => Array.from({ length: 16 }, (_, i) => name.charCodeAt(i) || 0))),
  shape: [names.length, 16],
});

test.each([
  { encoding: 'strings', change: {} },
  { encoding: 'character codes', change: { imgname: codes(['a.jpg', 'longer.jpg']) } },
])('image names as $encoding; boxes made small again', async ({ encoding, change }) => {
  const file = write(`${encoding}.h5`, change);
  const { people } = await readPrincetonH5(file, 'val');
  expect(people).toHaveLength(2);
  // 0.625 = 1.25 · 0.5; 48.5 = 41 + 15 · 0.5; and the first pixel is 1.
  expect(people[0]).toEqual({
    image: 'a.jpg',
    center: { x: 30, y: 40 },
    scale: 0.5,
    joints: Float64Array.from(expectedJoints(1)),
    states: new Uint8Array(16).fill(2),
    headSize: 12.5,
    headBox: null,
    split: 'val',
    origin: { file, record: 'record 0' },
  });
  expect(people[1]).toMatchObject({ image: 'longer.jpg', headSize: null });
  expect(Array.from(people[1]!.joints)).toEqual(expectedJoints(1, [4]));
  expect(Array.from(people[1]!.states.subarray(3, 7))).toEqual([2, 0, 1, 2]);
});

test('a file that is no HDF5, or cut short, or of another layout', async () => {
  const garbage = join(folder, 'garbage.h5');
  writeFileSync(garbage, 'no HDF5 at all');
  expect(await messageOf(readPrincetonH5(garbage, 'val'), folder)).toBe(
    'Cannot read DIR/garbage.h5: the HDF5 library refuses it (file signature not found). ' +
      'The file looks cut short or damaged; download it again.',
  );
  expect(await messageOf(readPrincetonH5(join(folder, 'nowhere.h5'), 'val'), folder)).toBe(
    'Cannot read DIR/nowhere.h5: there is no such file.',
  );
  expect(await messageOf(readPrincetonH5(write('less.h5', { part: undefined }), 'val'), folder)).toBe(
    'Cannot read DIR/less.h5: it has no dataset "part" (it has center, imgname, normalize, scale, visible). ' +
      'Is it the right file?',
  );
  const short = { part: { data: Float64Array.from(places.flat()), shape: [1, 16, 2] } };
  expect(await messageOf(readPrincetonH5(write('short.h5', short), 'val'), folder)).toBe(
    'Cannot read DIR/short.h5: "part" is of shape [1, 16, 2], expected [2, 16, 2].',
  );
});

test.skipIf(noData !== '')(`real h5${noData}`, async () => {
  const file = join(posePack, 'annot', 'mpii_valid_princeton.h5');
  const { people, skipped } = await readAnnotations(file, { split: 'val', firstPixel: 1 });
  expect(people).toHaveLength(2958);
  expect(skipped).toEqual([]);
  expect(people.every(({ headSize }) => headSize! > 0)).toBe(true);
  // As the original annotation has it: center (966, 340), scale 4.718488, counted from 1.
  expect(people[0]!.image).toBe('005808361.jpg');
  expect(people[0]!.center.x).toBe(965);
  expect(people[0]!.center.y).toBeCloseTo(339, 3);
  expect(people[0]!.scale).toBeCloseTo(4.718488, 5);
  expect(Array.from(people[0]!.joints.subarray(0, 4))).toEqual([803, 710, 815, 509]);
  // The authors' evaluation counts 44 239: it passes over a joint whose x is 0 in the file, though its y is not.
  const annotated = people.flatMap(({ joints, states }) =>
    Array.from(states, (state, joint) => ({ state, x: joints[2 * joint]! })).filter(({ state }) => state > 0),
  );
  expect(annotated).toHaveLength(44_240);
  expect(annotated.filter(({ x }) => x !== -1)).toHaveLength(44_239);
});
