import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { writeRunReport } from './run-report.js';

const folder = temporaryFolder();

test('the page lies in the run’s folder and ends with its starts', async () => {
  const run = { folder, starts: () => [{ startedAt: 'yesterday', fromStep: 0, host: 'here' }] };
  const html = await writeRunReport(run, { title: 't', subtitle: 's', summary: [], sections: [] }, 7);
  expect(html).toBe(join(folder, 'report.html'));
  expect(readFileSync(html, 'utf8')).toMatch(/Starts[^]*yesterday[^]*1 to 7[^]*here/);
});
