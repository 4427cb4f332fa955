import { expect, test } from 'vitest';
import type { Section } from './content.js';
import { sectionOf } from './section-of.js';

const sections: Section[] = [
  { kind: 'facts', title: 'The run', facts: [{ name: 'machine', value: 'a test' }] },
  { kind: 'charts', title: 'Training', charts: [] },
];

test('finds a section by its title', () => {
  expect(sectionOf(sections, 'facts', 'The run')).toBe(sections[0]);
});

test('names the titles that are there, or the kind that it met', () => {
  expect(() => sectionOf(sections, 'facts', 'Rings')).toThrow(
    new RangeError("No section 'Rings'; there are 'The run', 'Training'."),
  );
  expect(() => sectionOf(sections, 'table', 'Training')).toThrow(
    new RangeError("Section 'Training' is of kind charts, expected table."),
  );
});
