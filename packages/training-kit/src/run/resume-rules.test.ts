import { expect, test } from 'vitest';
import { ConfigError } from '../errors.js';
import { changedSettings, type ResumeRule } from './resume-rules.js';

const rules: Readonly<Record<string, ResumeRule>> = {
  width: 'fixed',
  rate: 'future',
  data: 'free',
  optimizer: 'future',
};
const before = { width: 4, rate: 0.1, data: 'here', optimizer: { kind: 'sgd', momentum: 0.9 } };

test('what acts on later steps alone is listed with both values, what no number depends on is not', () => {
  expect(changedSettings('runs/a', before, before, rules)).toEqual([]);
  const now = { ...before, rate: 0.01, data: 'there', optimizer: { kind: 'sgd', clip: 1 } };
  expect(changedSettings('runs/a', before, now, rules)).toEqual([
    { setting: 'rate', was: 0.1, is: 0.01 },
    { setting: 'optimizer.momentum', was: 0.9, is: null },
    { setting: 'optimizer.clip', was: null, is: 1 },
  ]);
});

test('what earlier steps were made with is refused, and so is a setting without a rule', () => {
  expect(() => changedSettings('runs/a', before, { ...before, width: 8, rate: 1, clip: null }, rules)).toThrow(
    new ConfigError(
      'width',
      'Cannot resume runs/a: the settings differ from those it was started with.\n' +
        '  width: was 4, is 8\n' +
        '  clip: was not set, is null\n' +
        'Give the old values, or start a new run in a new folder. Free to change on resume: rate, data, optimizer.',
    ),
  );
});

test('a rule of an object’s own prototype is none', () => {
  expect(() => changedSettings('runs/a', {}, { constructor: 1 }, {})).toThrow(/constructor: was not set, is 1/);
});
