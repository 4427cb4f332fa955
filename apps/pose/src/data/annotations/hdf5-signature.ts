// Tells HDF5 files by their first bytes, without loading the library.

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** Where a file's HDF5 part may begin; MATLAB puts 512 bytes of its own first. */
const possibleStarts = [0, 512];

/** So many bytes show it. */
export const hdf5HeadBytes = 512 + signature.length;

/** @param bytes the file's first ones */
export function isHdf5(bytes: Uint8Array): boolean {
  return possibleStarts.some((start) => signature.every((byte, i) => bytes[start + i] === byte));
}
