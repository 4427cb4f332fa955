// From a dropped file to the pixels that the network sees.
import { type ImagePreparation, prepareImage, type RgbImage } from 'rpg-core/prepare-image';

/** As training and evaluation have it. */
const MAX_PIXELS = 2 ** 26;

/** The first image among dropped or chosen files. */
export function fileOf(files: FileList | null | undefined): File | undefined {
  return [...(files ?? [])].find(({ type }) => type.startsWith('image/'));
}

/**
 * Decodes an image as training and evaluation do: upright by its EXIF orientation, transparent parts on white, without
 * its colour profile.
 *
 * @throws Error when the browser cannot decode the file, or the image is too large
 */
export async function readImage(file: File): Promise<RgbImage> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image', colorSpaceConversion: 'none' });
  } catch (error) {
    throw new Error(`Cannot read ${file.name} as an image; it may be broken.`, { cause: error });
  }
  const { width, height } = bitmap;
  try {
    if (width * height > MAX_PIXELS) throw new Error(`${file.name} has ${width} × ${height} pixels; make it smaller.`);
    const context = contextOf(new OffscreenCanvas(width, height));
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0);
    return { pixels: withoutAlpha(context.getImageData(0, 0, width, height).data), width, height };
  } finally {
    bitmap.close();
  }
}

/**
 * What the network is shown, and the same drawn on `canvas`.
 *
 * @returns float32 [size, size, 3], 0 to 255
 */
export function prepare(image: RgbImage, preparation: ImagePreparation, canvas: HTMLCanvasElement): Float32Array {
  const prepared = prepareImage(image, preparation);
  const { size } = preparation;
  const shown = new ImageData(size, size);
  for (let i = 0; i < size * size; i++) {
    shown.data.set([prepared[3 * i]!, prepared[3 * i + 1]!, prepared[3 * i + 2]!, 255], 4 * i); // rounds
  }
  canvas.width = size;
  canvas.height = size;
  canvas.getContext('2d')?.putImageData(shown, 0, 0);
  return prepared;
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives no 2D canvas.');
  return context;
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
  return rgb;
}
