// The confusion matrix as a heat map, and in words: which classes are taken for which others.
import { type ChartSpec, chartText, chartTitle, type Layer } from './charts/render-chart.js';
import type { ConfusionMatrix } from './content.js';
import { countOf, formatNumber } from './html.js';

/** Above this many classes a cell is smaller than a dot. */
const MAX_DRAWN_CLASSES = 100;
/** Up to this many classes the names fit along the axes. */
const MAX_NAMED_CLASSES = 32;
/** Up to this many classes a number fits into each cell. */
const MAX_NUMBERED_CLASSES = 12;
const NUM_LISTED_CONFUSIONS = 10;
/** Where viridis starts; cells without a count show it as the ground and cost no bytes. */
const COLOR_OF_ZERO = '#440154';

interface Cell {
  truth: number;
  prediction: number;
  count: number;
  /** Of the true class's examples, in [0, 1]. */
  share: number;
}

export function confusionSpec(chart: ConfusionMatrix): ChartSpec {
  const { cells, numExamples, numDropped } = countCells(chart);
  const names = chart.classNames.map(chartText);
  const numClasses = names.length;
  const numRight = cells.reduce((sum, cell) => sum + (cell.truth === cell.prediction ? cell.count : 0), 0);
  const confusions = cells
    .filter((cell) => cell.truth !== cell.prediction)
    .sort((a, b) => b.share - a.share || a.truth - b.truth || a.prediction - b.prediction)
    .slice(0, NUM_LISTED_CONFUSIONS);

  const notes: string[] = [];
  if (numDropped > 0) notes.push(`${countOf(numDropped, 'count')} negative or not finite, left out.`);
  const told = {
    notes,
    alt:
      `Confusion matrix “${chart.title}” of ${countOf(numClasses, 'class').replace('classs', 'classes')}: ` +
      `${formatNumber(numRight)} of ${countOf(numExamples, 'example')} on the diagonal.`,
    ...(confusions.length === 0
      ? {}
      : {
          listing: {
            title: 'Most often confused',
            lines: confusions.map(
              ({ truth, prediction, count, share }) =>
                `${names[truth]!} taken for ${names[prediction]!}: ${(share * 100).toFixed(1)}\u202f% (${formatNumber(count)})`,
            ),
          },
        }),
  };
  if (numExamples === 0) return { ...told, specFor: null };
  if (numClasses > MAX_DRAWN_CLASSES) {
    notes.push(`${formatNumber(numClasses)} classes are too many to draw (at most ${MAX_DRAWN_CLASSES}).`);
    return { ...told, specFor: null };
  }

  const isNamed = numClasses <= MAX_NAMED_CLASSES;
  const indices = names.map((_, index) => index);
  const axis = {
    domain: false,
    ticks: false,
    labelOverlap: false,
    labelExpr: isNamed ? 'classNames[datum.value]' : 'datum.value % 10 == 0 ? datum.value : ""',
    labelLimit: 140,
    labelPadding: 6,
    labelFontSize: numClasses > 20 ? 10 : 11.5,
  } as const;
  const scale = { domain: indices, paddingInner: isNamed ? 0.04 : 0, paddingOuter: 0 };
  const suffix = isNamed ? '' : ' (class number)';
  if (!isNamed) notes.push('Classes are numbered in their order in the data set.');
  notes.push('Each row sums to 100\u202f%. The colour grows with the square root, which brings rare confusions out.');

  const numbers: Layer = {
    transform: [{ filter: 'datum.share >= 0.005' }],
    mark: { type: 'text', fontSize: 11 },
    encoding: {
      text: { field: 'percent', type: 'quantitative', format: '.0f' },
      color: { condition: { test: 'datum.share > 0.3', value: '#000000' }, value: '#ffffff' },
    },
  };
  return {
    ...told,
    specFor: (widthPx) => ({
      title: chartTitle(chart.title, widthPx),
      width: widthPx,
      height: widthPx,
      view: { fill: COLOR_OF_ZERO },
      params: [{ name: 'classNames', value: names }],
      data: { values: cells },
      encoding: {
        x: {
          field: 'prediction',
          type: 'ordinal',
          title: `predicted class${suffix}`,
          scale,
          axis: { ...axis, labelAngle: isNamed ? -45 : 0, orient: 'bottom' },
        },
        y: { field: 'truth', type: 'ordinal', title: `true class${suffix}`, scale, axis },
      },
      layer: [
        {
          mark: { type: 'rect' },
          encoding: {
            color: {
              field: 'share',
              type: 'quantitative',
              scale: { type: 'sqrt', domain: [0, 1], scheme: 'viridis' },
              legend: {
                orient: 'top',
                direction: 'horizontal',
                title: 'share of the true class',
                titleFontWeight: 400,
                titleFontSize: 11.5,
                format: '~%',
                values: [0, 0.05, 0.25, 0.5, 1],
                titleLimit: 300,
                gradientLength: 300,
                gradientThickness: 10,
              },
            },
          },
        },
        ...(numClasses <= MAX_NUMBERED_CLASSES ? [numbers] : []),
      ],
    }),
  };
}

function countCells({ title, classNames, counts }: ConfusionMatrix) {
  const numClasses = classNames.length;
  if (counts.length !== numClasses * numClasses) {
    throw new RangeError(
      `Confusion matrix "${title}": ${counts.length} counts, expected ${numClasses * numClasses} ` +
        `(${numClasses} × ${numClasses} class names).`,
    );
  }
  const cells: (Cell & { percent: number })[] = [];
  let numExamples = 0;
  let numDropped = 0;
  for (let truth = 0; truth < numClasses; truth++) {
    const row = Array.from({ length: numClasses }, (_, prediction) => {
      const count = counts[truth * numClasses + prediction]!;
      if (Number.isFinite(count) && count >= 0) return count;
      numDropped++;
      return 0;
    });
    const total = row.reduce((sum, count) => sum + count, 0);
    numExamples += total;
    row.forEach((count, prediction) => {
      const share = count === 0 ? 0 : count / total;
      if (count > 0) cells.push({ truth, prediction, count, share, percent: share * 100 });
    });
  }
  return { cells, numExamples, numDropped };
}
