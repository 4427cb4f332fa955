// The page of a run, and the charts and tables that the apps' pages share.
export { leftOutSections } from '../batches/left-out-images.js';
export type {
  Axis,
  Chart,
  ChartsSection,
  GalleryImage,
  ImagesSection,
  LineSeries,
  Pixels,
  ReportContent,
  Section,
  SummaryCard,
  TableSection,
} from './content.js';
export { evenlyChosen } from './evenly-chosen.js';
export { parameterTable } from './parameter-table.js';
export { writeReport } from './report.js';
export { epochAxis, heldOutCurve, loopCharts, metricCurve } from './run-charts.js';
export { writeRunReport } from './run-report.js';
export { sectionOf } from './section-of.js';
export { viridis } from './viridis.js';
