// Colours that people with any colour vision can tell apart, and what becomes of them on a dark page.

/**
 * Okabe and Ito's categorical colours, those with most contrast to a white page first; yellow, hardly seen on white,
 * comes last and black stands in as the chart's ink.
 */
const categoryColors = [
  '#0072B2',
  '#D55E00',
  '#009E73',
  '#CC79A7',
  '#E69F00',
  '#56B4E9',
  '#1f2328',
  '#F0E442',
] as const;

/** The colours for `numCategories` categories, starting over after the eighth. */
export function colorsFor(numCategories: number): string[] {
  return Array.from({ length: numCategories }, (_, index) => categoryColors[index % categoryColors.length]!);
}

/** The charts' greys on a white ground. */
export const chartGreys = {
  ink: '#1f2328',
  label: '#57606a',
  axis: '#8c959f',
  grid: '#e4e8ec',
} as const;

/** What the stylesheet turns a chart's colours into on a dark page: light greys, and a blue that stands out. */
export const colorsInTheDark: Readonly<Record<string, string>> = {
  [chartGreys.ink]: '#e9ebee',
  [chartGreys.label]: '#a9b2bc',
  [chartGreys.axis]: '#6d7681',
  [chartGreys.grid]: '#2c323a',
  '#0072B2': '#2b8ccb',
};
