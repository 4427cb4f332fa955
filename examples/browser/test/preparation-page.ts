// Runs in the browser under test: what the page shows to a network, as numbers.
import { prepare, readImage } from '../src/image.js';

/** What the page offers to the test. */
export interface PreparationPage {
  /** @returns [size, size, 3], 0 to 255 */
  prepared(bytes: readonly number[], type: string, shorterSide: number, size: number): Promise<number[]>;
}

const page: PreparationPage = {
  async prepared(bytes, type, shorterSide, size) {
    const image = await readImage(new File([Uint8Array.from(bytes)], 'image', { type }));
    return [...prepare(image, { shorterSide, size }, document.createElement('canvas'))];
  },
};

Object.assign(window, { page });
