// What a report is made of: plain data that an app fills in. Nothing here knows about HTML or about a chart library.

/** Everything `writeReport` puts on the page. All text is shown as written: markup in it is escaped, never run. */
export interface ReportContent {
  title: string;
  /** One line under the title: preset, seed, date. */
  subtitle: string;
  /** The few numbers to read first. */
  summary: readonly SummaryCard[];
  sections: readonly Section[];
}

/** One number of the summary, already in the unit the reader expects ("86.4 %"). */
export interface SummaryCard {
  label: string;
  value: string | number;
  note?: string;
  /** What the paper reports for the same quantity, shown beside ours. */
  paper?: string | number;
}

/** One part of the page, under a heading of its own and listed in the contents. */
export type Section = ChartsSection | TableSection | ImagesSection | FiltersSection | FactsSection | TextSection;

interface Titled {
  title: string;
  /** A sentence under the heading: what to look for. */
  note?: string;
}

/** Charts that belong together. Two or more stand side by side on a wide page; a single one takes the full width. */
export interface ChartsSection extends Titled {
  kind: 'charts';
  charts: readonly Chart[];
}

export type Chart = LineChart | BarChart | ScatterChart | ConfusionMatrix;

export interface Axis {
  label: string;
  /** Written after the label in brackets: "loss (nats)". */
  unit?: string;
  /** A logarithmic axis leaves out values ≤ 0 and says how many. Default 'linear'. */
  scale?: 'linear' | 'log';
  /** 'si' writes 11 200 000 as 11.2M; 'percent' writes 0.86 as 86 %. Default 'plain'. */
  format?: 'plain' | 'si' | 'percent';
  /** Fixed limits, smaller first; what lies outside is cut off. Default: the data's own range. */
  range?: readonly [number, number];
}

/** Curves over a shared x axis: losses, accuracies, learning rate, PCKh over threshold. */
export interface LineChart {
  kind: 'lines';
  title: string;
  x: Axis;
  y: Axis;
  series: readonly LineSeries[];
  /**
   * Weight of the past in an exponential moving average, in [0, 1); the raw values stay visible as faint lines.
   * Default 0: no smoothing.
   */
  smoothing?: number;
  /** Horizontal lines to compare with, such as the paper's number. */
  references?: readonly { label: string; value: number }[];
}

export interface LineSeries {
  name: string;
  /** As many values as `y`; points are joined in order of x. */
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** Tells train from val without colour. */
  isDashed?: boolean;
  /** Left out of the chart's smoothing: few and exact values, such as a score measured once an epoch. */
  isExact?: boolean;
}

/** Horizontal bars with their values written at the end, in the order given. */
export interface BarChart {
  kind: 'bars';
  title: string;
  value: Axis;
  /** Bars of one `label` with different `group`s stand together, one colour a group ("ours", "paper"). */
  bars: readonly { label: string; value: number; group?: string }[];
}

/** Labelled points, such as accuracy over number of parameters. */
export interface ScatterChart {
  kind: 'scatter';
  title: string;
  x: Axis;
  y: Axis;
  /** One colour and one shape a group. */
  points: readonly { x: number; y: number; label?: string; group?: string }[];
  /** Join each group's points by a thin line in order of x. Default false. */
  isConnected?: boolean;
}

/**
 * Truth against prediction, coloured by the share of the true class (each row sums to 100 %), with the most frequent
 * confusions listed by name. Above 100 classes only the list is given.
 */
export interface ConfusionMatrix {
  kind: 'confusion';
  title: string;
  classNames: readonly string[];
  /** Counts ≥ 0, [numClasses, numClasses] in row order: the row is the true class, the column the predicted one. */
  counts: ArrayLike<number>;
}

export interface TableSection extends Titled {
  kind: 'table';
  /** The first column names its row. */
  columns: readonly TableColumn[];
  /** As many cells a row as there are columns; null is an empty cell. Numbers are written with 4 significant digits. */
  rows: readonly (readonly (string | number | null)[])[];
  caption?: string;
  /** Index of the row to stress: a total, our best. */
  highlightedRow?: number;
}

export interface TableColumn {
  name: string;
  /** Default 'left'. Numbers read best at the 'right'. */
  align?: 'left' | 'right';
  /** True for the paper's own numbers; they are set apart from ours. */
  isPaper?: boolean;
}

/** Uint8 pixels in row order, [height, width, channels], values 0–255. */
export interface Pixels {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
  channels: 3 | 4;
}

/** Pictures with what the model said about them. Small ones are enlarged without blur. */
export interface ImagesSection extends Titled {
  kind: 'images';
  images: readonly GalleryImage[];
}

export interface GalleryImage {
  pixels: Pixels;
  caption: string;
  /** Marked by a word and a sign as well as by colour. Default 'neutral': no mark. */
  status?: 'right' | 'wrong' | 'neutral';
  /** Small bars below the caption, such as the five most probable classes; values in [0, 1]. */
  probabilities?: readonly { label: string; value: number }[];
}

/**
 * Convolution kernels as a sheet of tiles, each filter stretched to its own full range of brightness.
 * With 3 channels a tile is an RGB picture; otherwise each filter is one row of grey tiles, one for each channel.
 */
export interface FiltersSection extends Titled {
  kind: 'filters';
  /** float32 in row order, [height, width, channels, numFilters]. */
  values: ArrayLike<number>;
  shape: readonly [height: number, width: number, channels: number, numFilters: number];
}

/** Names and values: TensorFlow's version, threads, seed, commit. */
export interface FactsSection extends Titled {
  kind: 'facts';
  facts: readonly { name: string; value: string | number }[];
}

export interface TextSection extends Titled {
  kind: 'text';
  paragraphs: readonly string[];
}
