// From a dropped file to the pixels that the network sees.

/** The first image among dropped or chosen files. */
export function fileOf(files: FileList | null | undefined): File | undefined {
  return [...(files ?? [])].find(({ type }) => type.startsWith('image/'));
}

/**
 * Draws the middle square of an image at the network's size.
 *
 * @throws Error when the browser cannot decode the file
 */
export async function drawSquare(
  file: File,
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): Promise<ImageData> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch (error) {
    throw new Error(`Cannot read ${file.name} as an image; it may be broken.`, { cause: error });
  }
  const side = Math.min(bitmap.width, bitmap.height);
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives no 2D canvas.');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}
