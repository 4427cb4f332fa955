// One part of a report, found by its title.
import type { Section } from './content.js';

/**
 * The section with this title, as its kind.
 *
 * @throws RangeError when no section has the title, or the one that has it is of another kind
 */
export function sectionOf<Kind extends Section['kind']>(
  sections: readonly Section[],
  kind: Kind,
  title: string,
): Extract<Section, { kind: Kind }> {
  const section = sections.find((each) => each.title === title);
  if (section === undefined) {
    throw new RangeError(`No section '${title}'; there are ${sections.map((each) => `'${each.title}'`).join(', ')}.`);
  }
  const isWanted = (each: Section): each is Extract<Section, { kind: Kind }> => each.kind === kind;
  if (!isWanted(section)) throw new RangeError(`Section '${title}' is of kind ${section.kind}, expected ${kind}.`);
  return section;
}
