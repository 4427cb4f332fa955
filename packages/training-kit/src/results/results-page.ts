// A page of results for a repository: what is claimed, what came out, how it was made, and what people read in it.
import { ConfigError } from '../errors.js';
import type { SweptRun } from '../sweep/outcome.js';
import { type Sweep, sweepPage } from '../sweep/sweep-page.js';
import { slugOf } from '../words/slug.js';
import { escapeMarkdown, type PictureFile, sectionMarkdown, tableLines } from './markdown.js';
import { factsOfRuns } from './run-facts.js';

export interface ResultsPageOptions {
  /** All runs that are planned. */
  readonly sweep: Sweep;
  /** Makes the page again. */
  readonly command: string;
  /** The page's file without `.md`, in front of its pictures' names. */
  readonly slug: string;
  /** The page as it stands; undefined where there is none yet. */
  readonly before: string | undefined;
}

export interface ResultsPage {
  readonly text: string;
  readonly pictures: readonly PictureFile[];
}

const MADE =
  '<!-- Made by a command, which is named below. What stands between the two marks of Reading is written by hand. -->';
const [READING, END_OF_READING] = ['<!-- reading -->', '<!-- end of reading -->'];
const NOT_READ = 'Nobody has written yet what is to be read in it.';

/**
 * @throws ConfigError where nothing is finished, and where the page that stands there is none of ours
 */
export async function resultsPage({ sweep, command, slug, before }: ResultsPageOptions): Promise<ResultsPage> {
  const finished = sweep.runs.filter(({ state }) => state.status === 'finished');
  if (finished.length === 0) {
    throw new ConfigError(
      'publish',
      'There is nothing to publish: no run is finished. Leave --publish out to make them.',
    );
  }
  const reading = before === undefined ? NOT_READ : readingIn(before);
  // Only runs that are finished: a run that failed tells of its machine.
  const { title, sections } = sweepPage({ ...sweep, runs: finished });
  const parts: string[] = [];
  const pictures: PictureFile[] = [];
  for (const section of sections) {
    const numBefore = pictures.length;
    const made = await sectionMarkdown(section, (index, chart) => pictureName(slug, numBefore + index, chart));
    parts.push(made.text);
    pictures.push(...made.pictures);
  }
  const facts = await factsOfRuns(finished);
  const text = [
    `# ${escapeMarkdown(title)}`,
    MADE,
    `${stateText(finished.length, sweep.runs.length)} [All results](README.md)`,
    ['## Reading', READING, reading, END_OF_READING].join('\n\n'),
    ...parts,
    ...missingRuns(sweep.runs),
    '## How it was made',
    `\`\`\`sh\n${command}\n\`\`\``,
    facts.map(({ name, value }) => `- **${name}**: ${escapeMarkdown(value)}`).join('\n'),
  ];
  return { text: `${text.join('\n\n')}\n`, pictures };
}

function readingIn(page: string): string {
  const start = page.indexOf(READING);
  const end = page.indexOf(END_OF_READING, start);
  if (start === -1 || end === -1) {
    throw new ConfigError(
      'publish',
      `The page that stands there has no Reading between ${READING} and ${END_OF_READING}: it is not one of these pages. ` +
        'Move it, or publish to another folder.',
    );
  }
  const reading = page.slice(start + READING.length, end).trim();
  return reading === '' ? NOT_READ : reading;
}

function stateText(numFinished: number, numPlanned: number): string {
  const numMissing = numPlanned - numFinished;
  const finished = `${numFinished} of ${numPlanned} runs ${numFinished === 1 ? 'is' : 'are'} finished`;
  if (numMissing === 0) return `${finished}.`;
  const missing = numMissing === 1 ? 'the missing one' : `the ${numMissing} missing ones`;
  return `${finished}; ${missing} may change what is told here.`;
}

/** Without the reason of those that failed, which tells of its machine. */
function missingRuns(runs: readonly SweptRun[]): string[] {
  const missing = runs.filter(({ state }) => state.status !== 'finished');
  if (missing.length === 0) return [];
  const rows = missing.map(({ run, state }) => [escapeMarkdown(run.name), state.status]);
  return ['## Runs that are missing', tableLines(['run', 'state when this was written'], rows)];
}

/** Numbered, so that two charts may have one title. */
function pictureName(slug: string, number: number, title: string): string {
  return `${slug}-${number}-${slugOf(title, 40, 'chart')}.svg`;
}
