// Reads MAT-files of version 7.3: HDF5, where cells and struct arrays are datasets of references.
import h5wasm, { type Dataset, type File as Hdf5File, type Group, Reference } from 'h5wasm/node';
import { DataError } from 'training-kit/errors';
import { withHdf5File } from '../hdf5-file.js';
import { lengthOf, type MatlabStruct, type MatlabValue } from './matlab-value.js';

/**
 * Hands the variables to `use`; members are read from the file while it runs.
 *
 * @throws DataError when the file is damaged, or a value is not laid out as MATLAB does it
 */
export async function readMatlab73<Result>(
  file: string,
  use: (variables: ReadonlyMap<string, MatlabValue>) => Result,
): Promise<Result> {
  return withHdf5File(file, (opened) => {
    const names = opened.keys().filter((name) => !name.startsWith('#')); // #refs# holds what references point to
    return use(new Map(names.map((name) => [name, readEntity(opened, opened.get(name), name)])));
  });
}

function readEntity(opened: Hdf5File, entity: unknown, path: string): MatlabValue {
  if (entity instanceof h5wasm.Group) return readStruct(opened, entity, path);
  if (!(entity instanceof h5wasm.Dataset)) throw wrongLayout(opened, path, 'is neither a group nor a dataset');
  const className = textAttribute(entity, 'MATLAB_class');
  const shape = (entity.shape ?? []).toReversed(); // HDF5's last dimension runs fastest, MATLAB's first
  // Of an empty array the file keeps the dimensions as if they were its numbers.
  const isEmpty = entity.attrs.MATLAB_empty !== undefined;
  if (className === 'char') return { kind: 'text', text: isEmpty ? '' : textOf(opened, entity, path) };
  if (className === 'cell') return readCell(opened, entity, isEmpty ? [0, 0] : shape, path);
  if (isEmpty) return { kind: 'numbers', shape: [0, 0], values: [] };
  if (entity.dtype === 'Reference') return { kind: 'other', className: className ?? 'reference' };
  return { kind: 'numbers', shape, values: numbersOf(opened, entity, path) };
}

function readCell(opened: Hdf5File, dataset: Dataset, shape: readonly number[], path: string): MatlabValue {
  const length = lengthOf(shape);
  const targets = length === 0 ? [] : referencesOf(opened, dataset, path);
  return {
    kind: 'cell',
    shape,
    length,
    at: (index) => follow(opened, targets[index], `${path}{${index + 1}}`),
  };
}

/** A struct is a group. Of a struct array each field is a dataset of references without a class of its own. */
function readStruct(opened: Hdf5File, group: Group, path: string): MatlabStruct {
  const fields = group.keys();
  const first = fields.length === 0 ? null : group.get(fields[0]!);
  const isArray = isReferences(first);
  const shape = isArray ? (first.shape ?? []).toReversed() : [1, 1];
  const targets = new Map<string, readonly unknown[]>();
  return {
    kind: 'struct',
    shape,
    length: lengthOf(shape),
    fields,
    at(index, field) {
      if (!fields.includes(field)) return undefined;
      const entity = group.get(field);
      if (!isReferences(entity)) return readEntity(opened, entity, `${path}.${field}`);
      const known = targets.get(field) ?? referencesOf(opened, entity, `${path}.${field}`);
      targets.set(field, known);
      return follow(opened, known[index], `${path}(${index + 1}).${field}`);
    },
  };
}

function isReferences(entity: unknown): entity is Dataset {
  return (
    entity instanceof h5wasm.Dataset &&
    entity.dtype === 'Reference' &&
    textAttribute(entity, 'MATLAB_class') === undefined
  );
}

function referencesOf(opened: Hdf5File, dataset: Dataset, path: string): readonly unknown[] {
  const { value } = dataset;
  if (Array.isArray(value)) return value;
  throw wrongLayout(opened, path, 'holds no references');
}

function follow(opened: Hdf5File, reference: unknown, path: string): MatlabValue {
  if (!(reference instanceof Reference)) throw wrongLayout(opened, path, 'is no reference');
  return readEntity(opened, (opened as Dereferencing).dereference(reference), path);
}

/** The method as it is used here; the library declares it for references to regions first. */
interface Dereferencing {
  dereference(reference: Reference): unknown;
}

function numbersOf(opened: Hdf5File, dataset: Dataset, path: string): ArrayLike<number> {
  const { value } = dataset;
  if (!ArrayBuffer.isView(value)) throw wrongLayout(opened, path, 'holds no numbers');
  const numbers = value as unknown as ArrayLike<number | bigint>;
  return numbers.length === 1 ? [Number(numbers[0])] : Float64Array.from(numbers, Number);
}

function textOf(opened: Hdf5File, dataset: Dataset, path: string): string {
  return Array.from(numbersOf(opened, dataset, path), (code) => String.fromCharCode(code)).join('');
}

function textAttribute(entity: Dataset, name: string): string | undefined {
  const value = entity.attrs[name]?.value;
  return typeof value === 'string' ? value : undefined;
}

function wrongLayout(opened: Hdf5File, path: string, problem: string): DataError {
  const { filename } = opened;
  return new DataError(filename, `Cannot read ${filename}: ${path} ${problem}, as MATLAB 7.3 would write it.`);
}
