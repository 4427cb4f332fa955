import { expect, test } from 'vitest';
import { detectFlavour, parseFlavour } from './flavour.js';

test('an NVIDIA driver asks for the cuda flavour, a setting overrules it', () => {
  const withDriver = (path: string): boolean => path === '/proc/driver/nvidia/version';
  const withTool = (path: string): boolean => path === '/usr/bin/nvidia-smi';
  const without = (): boolean => false;
  expect(detectFlavour({}, withDriver)).toBe('cuda');
  expect(detectFlavour({}, withTool)).toBe('cuda');
  expect(detectFlavour({}, without)).toBe('cpu');
  expect(detectFlavour({ TENSORFLOW_RUNTIME_FLAVOUR: 'cpu' }, withDriver)).toBe('cpu');
});

test('an unknown flavour is refused', () => {
  expect(() => parseFlavour('gpu', 'TENSORFLOW_RUNTIME_FLAVOUR')).toThrow(
    new RangeError("TENSORFLOW_RUNTIME_FLAVOUR is 'gpu', expected one of: cpu, cuda."),
  );
});
