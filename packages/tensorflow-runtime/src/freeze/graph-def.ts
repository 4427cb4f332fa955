// Writes a traced function as TensorFlow's SavedModel: a graph of its operations, with constants in it. Message and field
// numbers are those of TensorFlow's saved_model, meta_graph, graph, node_def, attr_value, tensor and tensor_shape.proto.
import type { NativeBackend, OpAttribute } from '../backend/native-backend.js';
import type { OpTrace, TracedConstant, TracedValue } from './op-trace.js';
import type { Pieces } from './protobuf-wire.js';
import { bytesField, floatField, integerField, messageField, signedField, stringField } from './protobuf-wire.js';

const savedModelFields = { schemaVersion: 1, metaGraphs: 2 } as const;
const metaGraphFields = { info: 1, graph: 2 } as const;
const metaInfoFields = { tags: 4 } as const;
const graphFields = { node: 1, versions: 4 } as const;
const versionsFields = { producer: 1 } as const;
const nodeFields = { name: 1, op: 2, input: 3, attribute: 5 } as const;
const entryFields = { key: 1, value: 2 } as const;
const attributeFields = { list: 1, string: 2, integer: 3, float: 4, bool: 5, type: 6, shape: 7, tensor: 8 } as const;
const tensorFields = { dtype: 1, shape: 2, content: 4 } as const;
const shapeMessage = { dim: 2 } as const;
const dimFields = { size: 1 } as const;

/** The graph version of TensorFlow 2.9, whose operations tfjs-node-gpu calls. */
const PRODUCER = 1087;

/** The tag under which the model is found. */
export const TAG = 'serve';

/** Attribute of a constant or argument: what it holds. */
const TYPE = 'dtype';

/** The bytes of saved_model.pb, in pieces. @param argument TensorFlow's type of the function's argument, and its shape */
export function savedModelOf(
  trace: OpTrace,
  argument: Pick<TracedConstant, 'dtype' | 'shape'>,
  binding: NativeBackend['binding'],
): Pieces {
  const placeholder = (value: TracedValue, { dtype, shape }: typeof argument): Pieces =>
    node(valueName(value), 'Placeholder', [], [typeEntry(TYPE, dtype), shapeEntry('shape', shape)]);
  const nodes = [
    placeholder({ kind: 'argument' }, argument),
    ...trace.feeds.map(({ dtype, tensor }, index) =>
      placeholder({ kind: 'feed', index }, { dtype, shape: tensor.shape }),
    ),
    ...trace.constants.map((constant, index) =>
      node(
        valueName({ kind: 'constant', index }),
        'Const',
        [],
        [typeEntry(TYPE, constant.dtype), tensorEntry(constant)],
      ),
    ),
    ...trace.operations.map(({ name, attributes, inputs }, i) =>
      node(
        operationName(i),
        name,
        inputs.map(valueName),
        attributes.map((attribute) => entry(attribute.name, attributeValue(name, attribute, binding))),
      ),
    ),
  ];
  const versions = messageField(graphFields.versions, [integerField(versionsFields.producer, PRODUCER)]);
  return [
    integerField(savedModelFields.schemaVersion, 1),
    messageField(savedModelFields.metaGraphs, [
      messageField(metaGraphFields.info, [stringField(metaInfoFields.tags, TAG)]),
      messageField(metaGraphFields.graph, [...nodes, versions]),
    ]),
  ].flat();
}

/** A value's name in the graph. */
export function valueName(value: TracedValue): string {
  switch (value.kind) {
    case 'argument':
      return 'argument';
    case 'feed':
      return `feed${value.index}`;
    case 'constant':
      return `constant${value.index}`;
    case 'output':
      return value.output === 0 ? operationName(value.operation) : `${operationName(value.operation)}:${value.output}`;
  }
}

function operationName(index: number): string {
  return `operation${index}`;
}

function node(name: string, operation: string, inputs: readonly string[], attributes: readonly Pieces[]): Pieces {
  return messageField(graphFields.node, [
    stringField(nodeFields.name, name),
    stringField(nodeFields.op, operation),
    ...inputs.map((input) => stringField(nodeFields.input, input)),
    ...attributes,
  ]);
}

function entry(name: string, value: readonly Pieces[]): Pieces {
  return messageField(nodeFields.attribute, [
    stringField(entryFields.key, name),
    messageField(entryFields.value, value),
  ]);
}

function typeEntry(name: string, dtype: number): Pieces {
  return entry(name, [integerField(attributeFields.type, dtype)]);
}

function shapeEntry(name: string, shape: readonly number[]): Pieces {
  return entry(name, [messageField(attributeFields.shape, shapeFields(shape))]);
}

function tensorEntry({ dtype, shape, values }: TracedConstant): Pieces {
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength); // little-endian, as TensorFlow's
  return entry('value', [
    messageField(attributeFields.tensor, [
      integerField(tensorFields.dtype, dtype),
      messageField(tensorFields.shape, shapeFields(shape)),
      bytesField(tensorFields.content, content),
    ]),
  ]);
}

function shapeFields(shape: readonly number[]): Pieces[] {
  return shape.map((size) => messageField(shapeMessage.dim, [integerField(dimFields.size, size)]));
}

function attributeValue(
  operation: string,
  { name, type, value }: OpAttribute,
  binding: NativeBackend['binding'],
): Pieces[] {
  switch (type) {
    case binding.TF_ATTR_BOOL:
      return [integerField(attributeFields.bool, value === true ? 1 : 0)];
    case binding.TF_ATTR_FLOAT:
      return [floatField(attributeFields.float, value as number)];
    case binding.TF_ATTR_INT:
      return integers(value as number | readonly number[]);
    case binding.TF_ATTR_STRING:
      return [stringField(attributeFields.string, value as string)];
    case binding.TF_ATTR_TYPE:
      return [integerField(attributeFields.type, value as number)];
    default:
      throw new Error(
        `TensorFlow's ${operation} has an attribute '${name}' of type ${type}, which no graph is made of.`,
      );
  }
}

function integers(value: number | readonly number[]): Pieces[] {
  const field = (item: number): Pieces => signedField(attributeFields.integer, item);
  return typeof value === 'number' ? [field(value)] : [messageField(attributeFields.list, value.map(field))];
}
