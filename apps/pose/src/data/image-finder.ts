// Finds an image by the name that annotations give it. A letter with an accent is one character or two, as systems and
// archive programs please; the annotations and the disk need not agree, and both mean the same name.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @param folder of the images
 * @returns the name under which `name` is on the disk; `name` itself where it is there, or nothing like it is
 */
export function createImageFinder(folder: string): (name: string) => string {
  const listings = new Map<string, ReadonlyMap<string, string>>(); // read when a name is not there as it is written
  const listingOf = (inner: string): ReadonlyMap<string, string> => {
    const known = listings.get(inner);
    if (known !== undefined) return known;
    const listing = new Map(namesIn(join(folder, inner)).map((name) => [name.normalize('NFC'), name]));
    listings.set(inner, listing);
    return listing;
  };
  const find = (name: string): string | undefined => {
    if (existsSync(join(folder, name))) return name;
    const inner = dirname(name);
    const home = inner === '.' ? '.' : find(inner);
    const found =
      home === undefined
        ? undefined
        : listingOf(home).get(name.slice(inner === '.' ? 0 : inner.length + 1).normalize('NFC'));
    return found === undefined ? undefined : home === '.' ? found : `${home!}/${found}`;
  };
  return (name) => (/[^\0-\x7f]/.test(name) ? (find(name) ?? name) : name);
}

/** None of a folder that is not there. */
function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
