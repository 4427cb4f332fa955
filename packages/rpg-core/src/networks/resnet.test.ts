import { expect, test } from 'vitest';
import { resnet } from './resnet.js';

// Arithmetic from He et al. 2016 with the stems of each data set.
test.each([
  { depth: 18, stem: 'imagenet', numClasses: 1000, generated: 11_157_504, rest: [9408, 9600, 513_000] },
  { depth: 34, stem: 'imagenet', numClasses: 1000, generated: 21_258_240, rest: [9408, 17_024, 513_000] },
  { depth: 18, stem: 'cifar', numClasses: 100, generated: 11_157_504, rest: [1728, 9600, 51_300] },
  { depth: 34, stem: 'cifar', numClasses: 100, generated: 21_258_240, rest: [1728, 17_024, 51_300] },
] as const)('ResNet$depth, $stem stem: parameters', ({ depth, stem, numClasses, generated, rest }) => {
  const { slots } = resnet({ depth, stem, numClasses, width: 64 });
  const sum = (role: string): number =>
    slots.filter((slot) => slot.role === role).reduce((total, slot) => total + slot.size, 0);
  expect(sum('backbone')).toBe(generated);
  expect([sum('stem'), sum('norm'), sum('head')]).toEqual(rest);
});

test('stages of the full ResNet18 feed local rings of the sizes of figure 3', () => {
  const { slots } = resnet({ depth: 18, stem: 'cifar', numClasses: 10, width: 64 });
  const sizes = new Map<string, number>();
  for (const slot of slots.filter(({ role }) => role === 'backbone')) {
    const stage = slot.name.split('/')[0]!;
    sizes.set(stage, (sizes.get(stage) ?? 0) + slot.size);
  }
  expect([...sizes.values()]).toEqual([147_456, 524_288, 2_097_152, 8_388_608]);
});
