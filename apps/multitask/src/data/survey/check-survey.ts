// Before a training or an evaluation: what each split has, in a line, and an end where nothing could come of it.
import { counted, percent } from 'training-kit';
import { ConfigError, DataError } from 'training-kit/errors';
import type { NormalAxes } from '../frames/normal-axes.js';
import type { Split } from '../split.js';
import { type AxesAgreement, findWrongAxes } from './normal-checks.js';
import type { Survey } from './survey.js';

/** Median depths of rooms lie between these, metres. */
const usualDepths = { least: 0.3, most: 15 } as const;

/**
 * One line a split, such as `train: 19 frames; depths: median 1.32 m, 84.7 % known; normals: 92.1 % known`, and one more
 * where depths look as if they were in another unit.
 *
 * @throws DataError naming the folder when no depth or no normal is known, or the normals lie in other axes;
 *   ConfigError for rendered rooms that lie beyond `maxDepth`
 */
export function describeSurvey(title: string, split: Split, survey: Survey): string[] {
  checkKnown(title, split, survey);
  const { frames, numExamples } = split;
  if (frames.kind === 'files') checkAxes(title, frames.folder, frames.encoding.normalAxes, survey);
  const { numFrames, numPixels, medianDepth, numKnownDepths, numKnownNormals, numSpoiledNormals } = survey;
  const share = (count: number) => percent(count / numPixels);
  const spoiled =
    numSpoiledNormals === 0
      ? ''
      : `, ${share(numSpoiledNormals)} are black, white or another colour that is no direction, and count as missing`;
  const looked = numFrames < numExamples ? ` (of ${numFrames} frames)` : '';
  const lines = [
    `${title}: ${counted(numExamples, 'frame')}; depths: median ${metres(medianDepth)}, ${share(numKnownDepths)} known; normals: ` +
      `${share(numKnownNormals)} known${spoiled}${looked}`,
  ];
  const isUsual = medianDepth >= usualDepths.least && medianDepth <= usualDepths.most;
  if (frames.kind === 'files' && !isUsual) {
    lines.push(
      `${title}: a median of ${metres(medianDepth)} is unusual for rooms; ${unitOf(frames.encoding.metresPerStep)}. ` +
        'Another unit is said with --depth-unit, metres a step.',
    );
  }
  return lines;
}

function checkKnown(title: string, { frames, maxDepth, numExamples }: Split, survey: Survey): void {
  if (frames.kind === 'rendered') {
    if (survey.numKnownDepths > 0) return;
    throw new ConfigError(
      'maxDepth',
      `maxDepth is ${maxDepth}, but the nearest surface of ${title}’s rendered rooms is ` +
        `${metres(survey.nearestBeyond)} away: nothing would be known. Rooms are up to 10 m long.`,
    );
  }
  const { folder, encoding, names } = frames;
  const areas = [...new Set(names.map(({ area }) => area))].join(', ');
  const looked = survey.numFrames < numExamples ? `${survey.numFrames} of the ` : 'the ';
  const where =
    `${looked}${counted(numExamples, 'frame')} of ${title} in ${folder} (${areas}) ` +
    `${survey.numFrames === 1 ? 'was' : 'were'} looked at`;
  if (survey.numFrames === 0) {
    throw new DataError(folder, `No frame of ${title} in ${folder} (${areas}) can be read.`);
  }
  if (survey.numKnownDepths === 0) {
    const isFar = survey.numBeyond > 0;
    const why = isFar
      ? `all depths lie beyond maxDepth, ${maxDepth} m, or are missing; the nearest is ${metres(survey.nearestBeyond)}`
      : 'all depths are missing (0 or 65535)';
    throw new DataError(
      folder,
      `No depth is known: ${where}, and ${why}.\n` +
        (isFar
          ? `${sentence(unitOf(encoding.metresPerStep))}. Say another unit with --depth-unit (0.001 for millimetres), or let ` +
            'farther ones in with --max-depth.'
          : 'Take the depth files as they were published.'),
    );
  }
  if (survey.numKnownNormals > 0) return;
  throw new DataError(
    folder,
    `No normal is known: ${where}, and ${percent(survey.numSpoiledNormals / survey.numPixels)} of the pixels have a colour ` +
      'that is no direction (black, white), the others that of a missing one.\nTake the normal files as they were published.',
  );
}

function checkAxes(title: string, folder: string, axes: NormalAxes, { normals }: Survey): void {
  const wrong = findWrongAxes(normals, axes);
  if (wrong === undefined) return;
  const { found, better } = wrong;
  const mend =
    better === undefined
      ? 'They fit no axes of the camera; normals of the world’s axes are to be turned into the camera’s first. ' +
        'Other axes are said with --normal-axes, such as right-up-backward.'
      : `They fit --normal-axes ${better.name}.`;
  throw new DataError(
    folder,
    `The normals of ${title} in ${folder} do not fit its depths when red, green and blue are ${axes.name}: ` +
      `${described(found)}.\n${mend}`,
  );
}

function described({ facing, leanX, leanY }: AxesAgreement): string {
  const parts: [string, number][] = [
    ['face the camera', facing],
    ['lean to the side as the depths do', leanX],
    ['lean up or down as the depths do', leanY],
  ];
  return parts
    .filter(([, share]) => !Number.isNaN(share))
    .map(([what, share]) => `${percent(share, 0)} ${what}`)
    .join(', ');
}

function unitOf(metresPerStep: number): string {
  const perMetre = 1 / metresPerStep;
  const isWhole = Math.abs(perMetre - Math.round(perMetre)) < 1e-9 * perMetre && perMetre > 1.5;
  return `a step of their files is read as ${isWhole ? `1/${Math.round(perMetre)}` : metresPerStep} m`;
}

function sentence(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

function metres(depth: number): string {
  return `${Number(depth.toPrecision(3))} m`;
}
