import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectedJoints, messageOf, places, temporaryFolder } from '../../../test/annotation-fixtures.js';
import { cell, empty, matrix, num, struct, text, writeMatlab5, type Written } from '../../../test/matlab5-writer.js';
import { readAnnotations } from './read-annotations.js';

const folder = temporaryFolder();
const options = { split: 'train', firstPixel: 1 } as const;

const point = (i: number, isVisible: Written): Record<string, Written> => ({
  x: num(places[i]![0]),
  y: num(places[i]![1]),
  id: num(i),
  is_visible: isVisible,
});
const visible = [num(1), text('1'), empty, num(0), text('0')];
const points = struct(...[0, 1, 9, 3, 4].map((joint, i) => point(joint, visible[i]!)));
const place = { scale: num(0.5), objpos: struct({ x: num(31), y: num(41) }) };
const head = { x1: num(11), y1: num(21), x2: num(14), y2: num(25) };

function write(images: Record<string, Written>[], isTrain: number[], isCompressed = true): string {
  const file = join(folder, 'mpii.mat');
  const release = struct({ annolist: struct(...images), img_train: num(...isTrain), version: text('12') });
  writeFileSync(file, writeMatlab5({ RELEASE: release, other: cell(num(1)) }, { isCompressed }));
  return file;
}
const imageOf = (name: string) => struct({ name: text(name) });

test('people of training images, with what is_visible may be', async () => {
  const file = write(
    [
      { image: imageOf('test.jpg'), annorect: struct({ ...place, ...head, annopoints: struct({ point: points }) }) },
      {
        image: imageOf('a.jpg'),
        annorect: struct(
          { ...place, ...head, annopoints: struct({ point: points }) },
          { ...place, ...head, annopoints: empty },
          { ...place, scale: empty, ...head, annopoints: struct({ point: points }) },
        ),
      },
      { image: imageOf('nobody.jpg'), annorect: empty },
    ],
    [0, 1, 1],
  );
  const { people, skipped } = await readAnnotations(file, options);
  const missing = places.map((_, i) => i).filter((i) => ![0, 1, 9, 3, 4].includes(i));
  expect(people).toEqual([
    {
      image: 'a.jpg',
      center: { x: 30, y: 40 },
      scale: 0.5,
      joints: Float64Array.from(expectedJoints(1, missing)),
      states: Uint8Array.from([2, 2, 0, 1, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]),
      headSize: 0.6 * 5,
      headBox: { x1: 10, y1: 20, x2: 13, y2: 24 },
      declaredSize: null,
      split: 'train',
      origin: { file, record: 'annolist(2).annorect(1)' },
    },
  ]);
  expect(skipped.map(({ message }) => message.replaceAll(folder, 'DIR'))).toEqual([
    'DIR/mpii.mat, annolist(2).annorect(3) (a.jpg): it has joints, but no objpos or no scale above 0. ' +
      'The record is skipped.',
  ]);
});

test('a person without a head box has no head size', async () => {
  const file = write(
    [{ image: imageOf('a.jpg'), annorect: struct({ ...place, annopoints: struct({ point: points }) }) }],
    [1],
    false,
  );
  expect((await readAnnotations(file, options)).people[0]).toMatchObject({ headSize: null, headBox: null });
});

test('a joint that MPII does not have, and another .mat', async () => {
  const wrong = struct({ ...point(0, num(1)), id: num(16) });
  const file = write(
    [{ image: imageOf('a.jpg'), annorect: struct({ ...place, annopoints: struct({ point: wrong }) }) }],
    [1],
  );
  expect(await messageOf(readAnnotations(file, options), folder)).toBe(
    'DIR/mpii.mat, annolist(1).annorect(1) (a.jpg): point(1) has id 16, expected 0 to 15 and numbers x and y. ' +
      'The run stops.\nDownload the file again.',
  );
  writeFileSync(file, writeMatlab5({ joints: matrix([1, 1], [1]) }));
  expect(await messageOf(readAnnotations(file, options), folder)).toBe(
    'Cannot read DIR/mpii.mat: it holds no RELEASE.annolist with an img_train for each image (variables: joints). ' +
      'Expected mpii_human_pose_v1_u12_1.mat or a copy of it.',
  );
});
