// MATLAB's values as both kinds of .mat file hold them. Members of cells and structs are read when they are asked for:
// MPII's annotations are millions of one-number matrices, of which few are wanted at a time.

export type MatlabValue = MatlabNumbers | MatlabText | MatlabCell | MatlabStruct | MatlabOther;

/** Numbers and logicals of any class; 64-bit integers are rounded to the nearest double. */
export interface MatlabNumbers {
  readonly kind: 'numbers';
  readonly shape: readonly number[];
  /** Column-major: the first dimension runs fastest. */
  readonly values: ArrayLike<number>;
}

export interface MatlabText {
  readonly kind: 'text';
  /** Rows of a character matrix follow one another as MATLAB stores them, column-major. */
  readonly text: string;
}

export interface MatlabCell {
  readonly kind: 'cell';
  readonly shape: readonly number[];
  readonly length: number;
  /** @param index column-major, from 0. @throws DataError when the file is damaged there */
  at(index: number): MatlabValue;
}

export interface MatlabStruct {
  readonly kind: 'struct';
  readonly shape: readonly number[];
  readonly length: number;
  readonly fields: readonly string[];
  /** Undefined for a field that the struct lacks. @throws DataError when the file is damaged there */
  at(index: number, field: string): MatlabValue | undefined;
}

/** Sparse matrices, objects, function handles: known to be there, not read. */
export interface MatlabOther {
  readonly kind: 'other';
  readonly className: string;
}

/** The one number of a 1×1 matrix, or of a character such as '1', as some is_visible fields have it. */
export function numberIn(value: MatlabValue | undefined): number | undefined {
  if (value?.kind === 'numbers' && value.values.length === 1) return value.values[0]!;
  if (value?.kind === 'text' && /^\d+$/.test(value.text)) return Number(value.text);
  return undefined;
}

export function textIn(value: MatlabValue | undefined): string | undefined {
  return value?.kind === 'text' ? value.text : undefined;
}

/** Undefined for what is no struct, such as the empty matrix that MATLAB leaves in place of an empty struct. */
export function structIn(value: MatlabValue | undefined): MatlabStruct | undefined {
  return value?.kind === 'struct' ? value : undefined;
}

export function lengthOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
