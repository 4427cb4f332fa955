// A traced function as TensorFlow's SavedModel: a graph of its operations, with constants in it. Message and field numbers
// are those of TensorFlow's saved_model, meta_graph, graph, node_def, attr_value, tensor and tensor_shape.proto.
import type { NativeBackend, OpAttribute } from '../backend/native-backend.js';
import type { OpTrace, TracedConstant, TracedValue } from './op-trace.js';
import type { Pieces } from './protobuf-wire.js';
import { bytesField, floatField, integerField, messageField, signedField, stringField } from './protobuf-wire.js';

const SAVED_MODEL = { schemaVersion: 1, metaGraphs: 2 } as const;
const META_GRAPH = { info: 1, graph: 2 } as const;
const META_INFO = { tags: 4 } as const;
const GRAPH = { node: 1, versions: 4 } as const;
const VERSIONS = { producer: 1 } as const;
const NODE = { name: 1, op: 2, input: 3, attribute: 5 } as const;
const ENTRY = { key: 1, value: 2 } as const;
const ATTRIBUTE = { list: 1, string: 2, integer: 3, float: 4, bool: 5, type: 6, shape: 7, tensor: 8 } as const;
const TENSOR = { dtype: 1, shape: 2, content: 4 } as const;
const SHAPE = { dim: 2 } as const;
const DIM = { size: 1 } as const;

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
    ...(trace.feeds ?? []).map(({ dtype, tensor }, index) =>
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
  const versions = messageField(GRAPH.versions, [integerField(VERSIONS.producer, PRODUCER)]);
  return [
    integerField(SAVED_MODEL.schemaVersion, 1),
    messageField(SAVED_MODEL.metaGraphs, [
      messageField(META_GRAPH.info, [stringField(META_INFO.tags, TAG)]),
      messageField(META_GRAPH.graph, [...nodes, versions]),
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
  return messageField(GRAPH.node, [
    stringField(NODE.name, name),
    stringField(NODE.op, operation),
    ...inputs.map((input) => stringField(NODE.input, input)),
    ...attributes,
  ]);
}

function entry(name: string, value: readonly Pieces[]): Pieces {
  return messageField(NODE.attribute, [stringField(ENTRY.key, name), messageField(ENTRY.value, value)]);
}

function typeEntry(name: string, dtype: number): Pieces {
  return entry(name, [integerField(ATTRIBUTE.type, dtype)]);
}

function shapeEntry(name: string, shape: readonly number[]): Pieces {
  return entry(name, [messageField(ATTRIBUTE.shape, shapeFields(shape))]);
}

function tensorEntry({ dtype, shape, values }: TracedConstant): Pieces {
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength); // little-endian, as TensorFlow's
  return entry('value', [
    messageField(ATTRIBUTE.tensor, [
      integerField(TENSOR.dtype, dtype),
      messageField(TENSOR.shape, shapeFields(shape)),
      bytesField(TENSOR.content, content),
    ]),
  ]);
}

function shapeFields(shape: readonly number[]): Pieces[] {
  return shape.map((size) => messageField(SHAPE.dim, [integerField(DIM.size, size)]));
}

function attributeValue(
  operation: string,
  { name, type, value }: OpAttribute,
  binding: NativeBackend['binding'],
): Pieces[] {
  switch (type) {
    case binding.TF_ATTR_BOOL:
      return [integerField(ATTRIBUTE.bool, value === true ? 1 : 0)];
    case binding.TF_ATTR_FLOAT:
      return [floatField(ATTRIBUTE.float, value as number)];
    case binding.TF_ATTR_INT:
      return integers(value as number | readonly number[]);
    case binding.TF_ATTR_STRING:
      return [stringField(ATTRIBUTE.string, value as string)];
    case binding.TF_ATTR_TYPE:
      return [integerField(ATTRIBUTE.type, value as number)];
    default:
      throw new Error(
        `TensorFlow's ${operation} has an attribute '${name}' of type ${type}, which no graph is made of.`,
      );
  }
}

function integers(value: number | readonly number[]): Pieces[] {
  const field = (item: number): Pieces => signedField(ATTRIBUTE.integer, item);
  return typeof value === 'number' ? [field(value)] : [messageField(ATTRIBUTE.list, value.map(field))];
}
