import { expect, test } from 'vitest';
import { asNative, type OpAttribute } from '../backend/native-backend.js';
import { savedModelOf, valueName } from './graph-def.js';
import type { OpTrace } from './op-trace.js';

// TensorFlow's numbers of the kinds of attributes (tensorflow/c/c_api.h).
const { binding } = asNative({
  binding: { TF_ATTR_STRING: 0, TF_ATTR_INT: 1, TF_ATTR_FLOAT: 2, TF_ATTR_BOOL: 3, TF_ATTR_TYPE: 4 },
});
const FLOAT = 1;

const bytesOf = (trace: Partial<OpTrace>): string => {
  const whole = { operations: [], constants: [], feeds: [], results: [], ...trace };
  return Buffer.concat(savedModelOf(whole, { dtype: FLOAT, shape: [2] }, binding)).toString('hex');
};

const hex = (text: string): string => Buffer.from(text).toString('hex');
/** A field of text or of fields, behind its tag and its length, as hexadecimal digits. */
const field = (tag: string, ...content: string[]): string => {
  const inner = content.join('');
  return tag + (inner.length / 2).toString(16).padStart(2, '0') + inner;
};
/** A node: name, operation, inputs, attributes by name. */
const node = (name: string, operation: string, inputs: string[], attributes: Record<string, string>): string =>
  field(
    '0a',
    field('0a', hex(name)),
    field('12', hex(operation)),
    ...inputs.map((input) => field('1a', hex(input))),
    ...Object.entries(attributes).map(([key, value]) => field('2a', field('0a', hex(key)), field('12', value))),
  );
const FLOAT_TYPE = '3001';
const shapeOf2 = field('3a', field('12', '0802'));

test('a graph of a constant, an operation and the argument, byte by byte', () => {
  const found = bytesOf({
    operations: [
      {
        name: 'Add',
        attributes: [{ name: 'T', type: binding.TF_ATTR_TYPE, value: FLOAT }],
        inputs: [{ kind: 'argument' }, { kind: 'constant', index: 0 }],
      },
    ],
    constants: [{ dtype: FLOAT, shape: [2], values: Float32Array.of(1, -2) }],
  });
  const tensor = field('42', '0801', field('12', field('12', '0802')), field('22', '0000803f', '000000c0'));
  const graph = field(
    '12',
    node('argument', 'Placeholder', [], { dtype: FLOAT_TYPE, shape: shapeOf2 }),
    node('constant0', 'Const', [], { dtype: FLOAT_TYPE, value: tensor }),
    node('operation0', 'Add', ['argument', 'constant0'], { T: FLOAT_TYPE }),
    field('22', '08bf08'), // version 1087
  );
  // The graph is longer than 127 bytes, so that lengths take two.
  const content = graph.slice(4);
  const varint = (length: number): string => Buffer.from([(length % 128) + 128, length >> 7]).toString('hex');
  const metaGraph = field('0a', field('22', hex('serve'))) + '12' + varint(content.length / 2) + content;
  expect(found).toBe('0801' + '12' + varint(metaGraph.length / 2) + metaGraph);
});

test.each<{ kind: string; attribute: Pick<OpAttribute, 'type' | 'value'>; bytes: string }>([
  { kind: 'a bool', attribute: { type: binding.TF_ATTR_BOOL, value: true }, bytes: '2801' },
  { kind: 'a float', attribute: { type: binding.TF_ATTR_FLOAT, value: 1 }, bytes: '250000803f' },
  { kind: 'an integer', attribute: { type: binding.TF_ATTR_INT, value: 5 }, bytes: '1805' },
  { kind: 'integers', attribute: { type: binding.TF_ATTR_INT, value: [1, 2] }, bytes: field('0a', '18011802') },
  { kind: 'text', attribute: { type: binding.TF_ATTR_STRING, value: 'SAME' }, bytes: field('12', hex('SAME')) },
])('an attribute that is $kind', ({ attribute, bytes }) => {
  const operations = [{ name: 'Some', attributes: [{ name: 'a', ...attribute }], inputs: [] }];
  expect(bytesOf({ operations })).toContain(node('operation0', 'Some', [], { a: bytes }));
});

test('an attribute of another kind is refused', () => {
  const operations = [{ name: 'Some', attributes: [{ name: 'a', type: 9, value: 1 }], inputs: [] }];
  expect(() => bytesOf({ operations })).toThrow(
    new Error("TensorFlow's Some has an attribute 'a' of type 9, which no graph is made of."),
  );
});

test('the first output of an operation is named for it, others by their number', () => {
  const names = [0, 2].map((output) => valueName({ kind: 'output', operation: 3, output }));
  expect([...names, valueName({ kind: 'feed', index: 1 })]).toEqual(['operation3', 'operation3:2', 'feed1']);
});
