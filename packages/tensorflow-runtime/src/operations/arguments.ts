// Checks what an operation is called with: operations are looked up by name, so no compiler has seen the call.
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';

/** What tfjs hands to an operation: inputs and attributes by name, and the backend. */
export type OperationCall = Parameters<KernelFunc>[0];

/** The named inputs, all present. @throws TypeError naming the first that is missing */
export function requireInputs<Name extends string>(
  operation: string,
  inputs: OperationCall['inputs'],
  names: readonly Name[],
): Record<Name, TensorInfo> {
  const missing = names.find((name) => inputs[name] === undefined);
  if (missing !== undefined) {
    throw new TypeError(`${operation} was called without the input '${missing}', expected: ${names.join(', ')}.`);
  }
  return inputs as Record<Name, TensorInfo>;
}

/** The named attribute as a number. @throws TypeError when it is none */
export function requireNumber(operation: string, attrs: OperationCall['attrs'], name: string): number {
  const value: unknown = attrs?.[name];
  if (typeof value !== 'number') {
    throw new TypeError(`${operation} was called with ${name} = ${String(value)}, expected a number.`);
  }
  return value;
}
