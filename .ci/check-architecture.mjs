// docs/architecture.svg and nx's graph of the projects show the same arrows; each arrow of the drawing names its projects.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'architecture-'));
const file = join(folder, 'graph.json');
try {
  execFileSync('npx', ['nx', 'graph', `--file=${file}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8')).graph;
  const imported = Object.values(dependencies)
    .flat()
    .filter(({ target }) => target in dependencies)
    .map(({ source, target }) => `${source} → ${target}`);
  const drawn = [
    ...readFileSync('docs/architecture.svg', 'utf8').matchAll(/data-from="([^"]+)" data-to="([^"]+)"/g),
  ].flatMap(([, from, to]) => from.split(' ').map((source) => `${source} → ${to}`));
  const missing = [...new Set(imported)].filter((arrow) => !drawn.includes(arrow));
  const tooMany = drawn.filter((arrow) => !imported.includes(arrow));
  for (const arrow of missing) console.error(`docs/architecture.svg lacks ${arrow}, which nx's graph has.`);
  for (const arrow of tooMany) console.error(`docs/architecture.svg has ${arrow}, which nx's graph lacks.`);
  process.exitCode = missing.length + tooMany.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
