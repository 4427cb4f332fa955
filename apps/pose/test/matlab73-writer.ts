// Writes small MATLAB files of version 7.3 for tests, as MATLAB lays them out in HDF5: text as codes, dimensions turned
// round, cells and struct arrays as references.
import h5wasm, { type Dataset, type Group } from 'h5wasm/node';
import type { Written } from './matlab5-writer.js';

export async function writeMatlab73(file: string, variables: Record<string, Written>): Promise<string> {
  await h5wasm.ready;
  const opened = new h5wasm.File(file, 'w');
  const refs = opened.create_group('#refs#');
  let count = 0;
  const referenceTo = (value: Written) => write(refs, `r${count++}`, value).create_reference();

  function write(group: Group, name: string, value: Written): Dataset | Group {
    switch (value.kind) {
      case 'numbers':
        return value.values.length === 0 ? writeEmpty(group, name) : writeNumbers(group, name, value);
      case 'text': {
        const data = Uint16Array.from(value.text, (letter) => letter.charCodeAt(0));
        return withClass(group.create_dataset({ name, data, shape: [data.length, 1] }), 'char');
      }
      case 'cell': {
        const data = value.members.map(referenceTo);
        return withClass(group.create_dataset({ name, data, shape: value.shape.toReversed() }), 'cell');
      }
      case 'struct': {
        const made = withClass(group.create_group(name), 'struct');
        for (const field of Object.keys(value.rows[0] ?? {})) {
          if (value.rows.length === 1) write(made, field, value.rows[0]![field]!);
          else {
            const data = value.rows.map((row) => referenceTo(row[field]!));
            made.create_dataset({ name: field, data, shape: value.shape.toReversed() });
          }
        }
        return made;
      }
      default:
        return value satisfies never;
    }
  }

  for (const [name, value] of Object.entries(variables)) write(opened, name, value);
  opened.close();
  return file;
}

function writeNumbers(group: Group, name: string, { shape, values }: Extract<Written, { kind: 'numbers' }>): Dataset {
  const data = Float64Array.from(values);
  return withClass(group.create_dataset({ name, data, shape: shape.toReversed() }), 'double');
}

/** Of an empty array the file keeps the dimensions as if they were its numbers. */
function writeEmpty(group: Group, name: string): Dataset {
  const dataset = group.create_dataset({ name, data: new BigUint64Array(2), shape: [2] });
  dataset.create_attribute('MATLAB_empty', 1);
  return withClass(dataset, 'double');
}

function withClass<Entity extends Dataset | Group>(entity: Entity, className: string): Entity {
  entity.create_attribute('MATLAB_class', className);
  return entity;
}
