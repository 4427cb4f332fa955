// Checks what a kernel is called with: kernels are looked up by name, so no compiler has seen the call.
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';

type KernelParams = Parameters<KernelFunc>[0];

/** The named inputs, all present. @throws TypeError naming the first that is missing */
export function requireInputs<Name extends string>(
  kernelName: string,
  inputs: KernelParams['inputs'],
  names: readonly Name[],
): Record<Name, TensorInfo> {
  const missing = names.find((name) => inputs[name] === undefined);
  if (missing !== undefined) {
    throw new TypeError(`${kernelName} was called without the input '${missing}', expected: ${names.join(', ')}.`);
  }
  return inputs as Record<Name, TensorInfo>;
}

/** The named attribute as a number. @throws TypeError when it is none */
export function requireNumber(kernelName: string, attrs: KernelParams['attrs'], name: string): number {
  const value: unknown = attrs?.[name];
  if (typeof value !== 'number') {
    throw new TypeError(`${kernelName} was called with ${name} = ${String(value)}, expected a number.`);
  }
  return value;
}
