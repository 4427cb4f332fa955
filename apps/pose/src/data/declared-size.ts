// The size of the image as an annotation tells it, held against the image itself: annotations made for other pixels have
// all their joints off their marks.
import type { DataError } from 'training-kit/errors';
import { recordError } from './annotations/annotations.js';
import type { JsonRecord } from './annotations/json-record.js';
import type { ImageSize, PersonRecord } from './annotations/person-record.js';

/** `img_width` and `img_height`, as pytorch-pose writes them; null in copies that leave them out or at 0. */
export function readDeclaredSize(record: JsonRecord): ImageSize | null {
  if (!record.has('img_width') || !record.has('img_height')) return null;
  const [width, height] = [record.number('img_width'), record.number('img_height')];
  return width > 0 && height > 0 ? { width, height } : null;
}

/** @param actual of the image as it is decoded, upright. @throws DataError when the annotation tells another size */
export function checkDeclaredSize(person: PersonRecord, actual: ImageSize): void {
  const { declaredSize } = person;
  if (declaredSize === null) return;
  const { width, height } = declaredSize;
  if (width === actual.width && height === actual.height) return;
  throw wrongSize(person, declaredSize, actual);
}

function wrongSize({ origin, image }: PersonRecord, declared: ImageSize, actual: ImageSize): DataError {
  const sizes = `it is made for an image of ${declared.width} × ${declared.height} pixels, but the image has ${actual.width} × ${actual.height}`;
  if (declared.width === actual.height && declared.height === actual.width) {
    return recordError(
      origin,
      image,
      `${sizes}: it lies on its side`,
      'Turned as its EXIF says, the image is not as it was annotated. Take the tag off its files, or annotations of the ' +
        'upright images.',
    );
  }
  const [byWidth, byHeight] = [actual.width / declared.width, actual.height / declared.height];
  // Sizes are rounded to whole pixels: half a pixel of the smaller image is no other factor.
  const slack = 1 / Math.min(declared.width, declared.height, actual.width, actual.height);
  const isScaled = Math.abs(byWidth / byHeight - 1) <= slack;
  return recordError(
    origin,
    image,
    isScaled ? `${sizes}, ${factorOf(byWidth)} times as large` : sizes,
    'Pass the folder of the images that the annotations were made for.',
  );
}

function factorOf(factor: number): string {
  return String(Number(factor.toPrecision(3)));
}
