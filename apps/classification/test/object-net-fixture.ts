// A folder as ObjectNet is unpacked, of three classes of a made-up ImageNet of four.
import { picture, shaded, writeFiles } from './image-folder-fixture.js';

/** By id, in the order that class folders called a, b, c and d have. */
export const labels = ['a, first', 'b', 'c, third', 'd'];

/** Lines in an order of their own, as in the official file. */
export const mappings = {
  'mappings/imagenet_to_label_2012_v2': 'd\nc, third\nb\na, first\n',
  'mappings/pytorch_to_imagenet_2012_id.json': '{"0": 3, "1": 2, "2": 1, "3": 0}',
  'mappings/objectnet_to_imagenet_1k.json': '{"One (of many)": "a, first; c, third", "Two": "b", "Three": "d"}',
  'mappings/folder_to_objectnet_label.json':
    '{"one": "One (of many)", "two": "Two", "three": "Three", "other": "Other"}',
} as const satisfies Readonly<Record<string, string>>;

/** Images of one and two, none of three, and of a class that ImageNet has not. Each has a red rim two pixels wide. */
export async function writeObjectNet(folder: string): Promise<void> {
  await writeFiles(folder, mappings);
  for (const [id, path] of ['one/1.png', 'one/2.png', 'two/1.png', 'other/1.png'].entries()) {
    const inner = shaded(id);
    const png = await picture(16, 14, (x, y) =>
      x < 2 || y < 2 || x >= 14 || y >= 12 ? [255, 0, 0] : inner(x - 2, y - 2),
    )
      .png()
      .toBuffer();
    await writeFiles(folder, { [`images/${path}`]: png });
  }
}
