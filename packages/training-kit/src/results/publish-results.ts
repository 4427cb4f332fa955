// Writes a page of results, its pictures and its row in the list of results.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, DataError, reasonOf } from '../errors.js';
import { writeFileAtomically } from '../files/atomic-file.js';
import { makeFolders } from '../files/make-folders.js';
import type { Sweep } from '../sweep/sweep-page.js';
import { claimOf } from './claim.js';
import { resultsIndex } from './results-index.js';
import { resultsPage } from './results-page.js';

export interface PublishOptions {
  /** Such as `docs/results`. */
  readonly folder: string;
  /** `classification-permutation`: of the page's file and of its pictures. */
  readonly slug: string;
  readonly sweep: Sweep;
  /** Makes the page again. */
  readonly command: string;
}

/**
 * @returns the page's path
 * @throws ConfigError as `resultsPage`; DataError where files cannot be read or written
 */
export async function publishResults({ folder, slug, sweep, command }: PublishOptions): Promise<string> {
  const [page, index] = [join(folder, `${slug}.md`), join(folder, 'README.md')];
  const { text, pictures } = await resultsPage({ sweep, command, slug, before: await textIn(page) });
  const numFinished = sweep.runs.filter(({ state }) => state.status === 'finished').length;
  const row = { slug, title: sweep.title, claim: claimOf(sweep.about), numFinished, numPlanned: sweep.runs.length };
  const list = resultsIndex(await textIn(index), row);
  await makeFolders(folder);
  for (const { name, svg } of pictures) await writeFileAtomically(join(folder, name), svg);
  await writeFileAtomically(page, text);
  await writeFileAtomically(index, list);
  await removeOldPictures(folder, slug, new Set(pictures.map(({ name }) => name)));
  return page;
}

async function textIn(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new DataError(file, `Cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Those of the page before, which has fewer charts now, or others. */
async function removeOldPictures(folder: string, slug: string, kept: ReadonlySet<string>): Promise<void> {
  const isOwn = new RegExp(`^${slug}-\\d+-[a-z0-9-]+\\.svg$`);
  for (const name of await readdir(folder)) {
    if (isOwn.test(name) && !kept.has(name)) await rm(join(folder, name), { force: true });
  }
}
