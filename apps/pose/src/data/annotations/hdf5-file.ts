// Opens HDF5 files and reads typed arrays out of them; the library's own error output is turned into our messages.
import { stat } from 'node:fs/promises';
import h5wasm, { type File as Hdf5File } from 'h5wasm/node';
import { readReason } from 'training-kit/data';
import { DataError, reasonOf } from 'training-kit/errors';

/**
 * Opens `file` for reading, hands it to `use` and closes it. To be called in a thread that ends with it: a file that the
 * library refuses stays open in it.
 *
 * @throws DataError when it is missing, not HDF5 or damaged; a DataError of `use` stays what it is
 */
export async function withHdf5File<Result>(file: string, use: (opened: Hdf5File) => Result): Promise<Result> {
  await stat(file).catch((cause: unknown) => {
    throw new DataError(file, `Cannot read ${file}: ${readReason(cause)}.`, { cause });
  });
  const library = await h5wasm.ready;
  library.activate_throwing_error_handler(); // otherwise it prints to standard error and goes on
  try {
    const opened = new h5wasm.File(file, 'r');
    const result = use(opened);
    opened.close();
    return result;
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(
      file,
      `Cannot read ${file}: the HDF5 library refuses it (${innermostProblem(cause)}). ` +
        'The file looks cut short or damaged; download it again.',
      { cause },
    );
  }
}

/** All numbers of a dataset, row-major. @throws DataError when it is missing or of another kind */
export function readNumbers(
  opened: Hdf5File,
  name: string,
): { readonly values: Float64Array; readonly shape: readonly number[] } {
  const dataset = datasetOf(opened, name);
  const { value } = dataset;
  if (value === null || !ArrayBuffer.isView(value)) {
    throw new DataError(opened.filename, `Cannot read ${opened.filename}: "${name}" holds no numbers.`);
  }
  return { values: Float64Array.from(value as ArrayLike<number | bigint>, Number), shape: dataset.shape ?? [] };
}

/** The dataset `name`. @throws DataError */
export function datasetOf(opened: Hdf5File, name: string) {
  const dataset = opened.keys().includes(name) ? opened.get(name) : null;
  if (dataset instanceof h5wasm.Dataset) return dataset;
  throw new DataError(
    opened.filename,
    `Cannot read ${opened.filename}: it has no dataset "${name}" (it has ${opened.keys().join(', ')}). ` +
      'Is it the right file?',
  );
}

/** The library tells its calls from the outermost to the innermost; the last one knows most. */
function innermostProblem(cause: unknown): string {
  const text = reasonOf(cause);
  const problems = Array.from(text.matchAll(/#\d+: .*?\(\): (.*)/g), ([, problem]) => problem ?? '');
  return problems.at(-1) ?? text.split('\n')[0] ?? '';
}
