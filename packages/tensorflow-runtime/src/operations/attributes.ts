// Short forms of the attributes that TensorFlow's operations take.
import type { NativeBackend, OpAttribute } from '../backend/native-backend.js';

type Binding = NativeBackend['binding'];

export function typeAttribute(binding: Binding, name: string, dtype: 'float32' | 'int32'): OpAttribute {
  return { name, type: binding.TF_ATTR_TYPE, value: dtype === 'float32' ? binding.TF_FLOAT : binding.TF_INT32 };
}

export function intAttribute(binding: Binding, name: string, value: number): OpAttribute {
  return { name, type: binding.TF_ATTR_INT, value };
}

export function intListAttribute(binding: Binding, name: string, value: readonly number[]): OpAttribute {
  return { name, type: binding.TF_ATTR_INT, value };
}

export function floatAttribute(binding: Binding, name: string, value: number): OpAttribute {
  return { name, type: binding.TF_ATTR_FLOAT, value };
}

export function boolAttribute(binding: Binding, name: string, value: boolean): OpAttribute {
  return { name, type: binding.TF_ATTR_BOOL, value };
}

export function stringAttribute(binding: Binding, name: string, value: string): OpAttribute {
  return { name, type: binding.TF_ATTR_STRING, value };
}
