// Pixels and filters as PNG data URIs, enlarged by whole factors so that every pixel stays a sharp square.
import sharp from 'sharp';
import type { FiltersSection, Pixels } from './content.js';

/** A picture ready for an <img>, with the size it is shown at. */
export interface InlineImage {
  dataUri: string;
  width: number;
  height: number;
  /** Whether it was enlarged, so that the browser must not blur it either. */
  isEnlarged: boolean;
}

/** Pictures smaller than this on their longer side are enlarged to at least this. */
const MIN_SHOWN_PX = 128;
const TILE_GAP_PX = 4;
/** Size of one filter's tile, as near as a whole factor comes. */
const TILE_PX = 48;
const MAX_SHEET_WIDTH_PX = 900;

/**
 * Encodes pixels as a PNG, small ones enlarged by a whole factor.
 *
 * @throws RangeError when the number of bytes is not height × width × channels
 */
export async function toInlineImage(pixels: Pixels): Promise<InlineImage> {
  const { data, width, height, channels } = pixels;
  const isSized = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!isSized || data.length !== width * height * channels) {
    throw new RangeError(
      `Image has ${data.length} bytes, expected ${height * width * channels} (${height} × ${width} pixels × ${channels} channels).`,
    );
  }
  const factor = Math.ceil(MIN_SHOWN_PX / Math.max(width, height));
  const shown = enlarge(pixels, factor);
  return { dataUri: await toDataUri(shown), width: shown.width, height: shown.height, isEnlarged: factor > 1 };
}

/**
 * Draws filters as a sheet of tiles on a transparent ground, in the order of the last axis.
 * A filter is stretched from its least to its greatest finite value; a constant one becomes mid grey.
 *
 * @returns the sheet and how many values were not finite (drawn mid grey)
 * @throws RangeError when the number of values does not match the shape
 */
export async function toFilterSheet(
  section: Pick<FiltersSection, 'values' | 'shape'>,
): Promise<{ image: InlineImage; numNonFinite: number }> {
  const { values, shape } = section;
  const [height, width, channels, numFilters] = shape;
  if (values.length !== height * width * channels * numFilters) {
    throw new RangeError(
      `Filters: ${values.length} values, expected ${height * width * channels * numFilters} for shape [${shape.join(', ')}].`,
    );
  }
  const isColor = channels === 3;
  const factor = Math.max(1, Math.round(TILE_PX / Math.max(height, width)));
  const pitchX = width * factor + TILE_GAP_PX;
  const pitchY = height * factor + TILE_GAP_PX;
  const fitting = Math.max(1, Math.floor((MAX_SHEET_WIDTH_PX + TILE_GAP_PX) / pitchX));
  // A colour filter is one tile and rows are filled up; a grey one is a row of its own, a tile for each channel.
  const isRunning = isColor || channels === 1;
  const numColumns = isRunning ? Math.min(numFilters, fitting) : channels;
  const numRows = isRunning ? Math.ceil(numFilters / numColumns) : numFilters;
  const sheet: Pixels = {
    width: numColumns * pitchX - TILE_GAP_PX,
    height: numRows * pitchY - TILE_GAP_PX,
    channels: 4,
    data: new Uint8Array((numColumns * pitchX - TILE_GAP_PX) * (numRows * pitchY - TILE_GAP_PX) * 4),
  };

  let numNonFinite = 0;
  for (let filter = 0; filter < numFilters; filter++) {
    const range = finiteRange(values, filter, numFilters);
    numNonFinite += range.numNonFinite;
    const brightness = (row: number, column: number, channel: number) =>
      stretch(values[((row * width + column) * channels + channel) * numFilters + filter]!, range);
    for (let tile = 0; tile < (isColor ? 1 : channels); tile++) {
      const slot = isRunning ? filter : filter * channels + tile;
      const left = (slot % numColumns) * pitchX;
      const top = Math.floor(slot / numColumns) * pitchY;
      for (let y = 0; y < height * factor; y++) {
        for (let x = 0; x < width * factor; x++) {
          const at = ((top + y) * sheet.width + left + x) * 4;
          for (let color = 0; color < 3; color++) {
            sheet.data[at + color] = brightness(Math.floor(y / factor), Math.floor(x / factor), isColor ? color : tile);
          }
          sheet.data[at + 3] = 255;
        }
      }
    }
  }
  const image = { dataUri: await toDataUri(sheet), width: sheet.width, height: sheet.height, isEnlarged: true };
  return { image, numNonFinite };
}

interface ValueRange {
  low: number;
  high: number;
  numNonFinite: number;
}

function finiteRange(values: ArrayLike<number>, filter: number, numFilters: number): ValueRange {
  const range: ValueRange = { low: Infinity, high: -Infinity, numNonFinite: 0 };
  for (let index = filter; index < values.length; index += numFilters) {
    const value = values[index]!;
    if (!Number.isFinite(value)) {
      range.numNonFinite++;
      continue;
    }
    range.low = Math.min(range.low, value);
    range.high = Math.max(range.high, value);
  }
  return range;
}

function stretch(value: number, { low, high }: ValueRange): number {
  return Number.isFinite(value) && high > low ? Math.round((255 * (value - low)) / (high - low)) : 128;
}

// Repeating pixels by hand instead of sharp's nearest kernel: exact by construction for whole factors.
function enlarge({ data, width, height, channels }: Pixels, factor: number): Pixels {
  if (factor <= 1) return { data, width, height, channels };
  const wide = new Uint8Array(width * factor * height * factor * channels);
  for (let y = 0; y < height * factor; y++) {
    for (let x = 0; x < width * factor; x++) {
      const from = (Math.floor(y / factor) * width + Math.floor(x / factor)) * channels;
      wide.set(data.subarray(from, from + channels), (y * width * factor + x) * channels);
    }
  }
  return { data: wide, width: width * factor, height: height * factor, channels };
}

async function toDataUri({ data, width, height, channels }: Pixels): Promise<string> {
  const png = await sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 9 }).toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
