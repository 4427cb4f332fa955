// Opens a .mat file of either kind: version 5, read here, or 7.3, which is HDF5.
import { readFileBytes } from 'training-kit/data';
import { isHdf5 } from '../hdf5-signature.js';
import type { MatlabValue } from './matlab-value.js';
import { readMatlab5 } from './matlab5.js';

/** MPII's file has less than a tenth of it. */
const maxFileBytes = 512 * 1024 * 1024;

/**
 * Hands the variables of a .mat file to `use`; they can be read until its promise ends.
 *
 * @throws DataError when the file is missing, too large, damaged or of a version other than 5 and 7.3
 */
export async function withMatlabFile<Result>(
  file: string,
  use: (variables: ReadonlyMap<string, MatlabValue>) => Result,
): Promise<Result> {
  const bytes = await readFileBytes(file, maxFileBytes);
  if (!isHdf5(bytes)) return use(readMatlab5(bytes, file));
  const { readMatlab73 } = await import('./matlab73.js'); // loads the HDF5 library, which few runs need
  return readMatlab73(file, use);
}
