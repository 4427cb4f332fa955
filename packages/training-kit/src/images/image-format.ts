// What an image file is, by its first bytes. The decoder knows many formats, of which some look into other files (SVG) or
// hold many pictures: what is let in is decided here, for training, evaluation and prediction alike.
import { placeholderIn, textOf } from '../files/placeholder-file.js';

const EXPECTED = 'expected JPEG, PNG or WebP';

/** Undefined for a JPEG, PNG or WebP file; otherwise the end of a sentence that begins with the file's name. */
export function strangerIn(head: Uint8Array): string | undefined {
  if (head.length === 0) return 'it is empty';
  const hex = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 16)).toString('hex');
  if (isWanted(hex)) return undefined;
  const placeholder = placeholderIn(head);
  if (placeholder !== undefined) return `it is ${placeholder}`;
  const other = otherFormat(hex, textOf(head));
  if (other !== undefined) return `it is ${other}, ${EXPECTED}`;
  return `it is no JPEG, PNG or WebP image; it starts with ${hex.slice(0, 8)}`;
}

function isWanted(hex: string): boolean {
  const isWebp = hex.startsWith(hexOf('RIFF')) && hex.slice(16, 24) === hexOf('WEBP');
  return hex.startsWith('ffd8ff') || hex.startsWith('89504e470d0a1a0a') || isWebp;
}

/** Formats that people take for the wanted ones. */
function otherFormat(hex: string, text: string): string | undefined {
  if (hex.startsWith(hexOf('GIF8'))) return 'a GIF image';
  if (hex.startsWith('49492a00') || hex.startsWith('4d4d002a')) return 'a TIFF image';
  if (hex.startsWith(hexOf('BM'))) return 'a BMP image';
  if (hex.slice(8, 16) === hexOf('ftyp')) return hex.slice(16, 22) === hexOf('avi') ? 'an AVIF image' : 'a HEIF image';
  if (hex.startsWith('ff0a') || hex.startsWith('0000000c4a584c20')) return 'a JPEG XL image';
  if (text.startsWith('<') && text.includes('<svg')) return 'an SVG drawing';
  return undefined;
}

function hexOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex');
}
