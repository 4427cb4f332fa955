// The report of a run, in the run's folder.
import type { Run } from '../run/run-folder.js';
import { withStarts } from '../run/run-starts.js';
import type { ReportContent } from './content.js';
import { writeReport } from './report.js';

/**
 * Writes the report into the run's folder, with a section that says which start made which steps.
 *
 * @param lastStep updates made in all; left out for a run of several trainings, whose own reports tell the steps
 * @returns the page's path
 */
export async function writeRunReport(
  run: Pick<Run, 'folder' | 'starts'>,
  report: ReportContent,
  lastStep?: number,
): Promise<string> {
  const { html } = await writeReport(run.folder, withStarts(report, run.starts(), lastStep));
  return html;
}
