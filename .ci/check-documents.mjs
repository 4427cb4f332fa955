// Every file that a document names is there: `a/b.ts`, or the end of its path. Links to other documents too.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));
const documents = tracked.filter((file) => file.endsWith('.md') && file !== 'CHANGELOG.md');
const sourceName = /`([\w.*/-]+\.(?:ts|mts|mjs|cc|h|py))`/g;
const link = /\]\(([^)#:\s]+)(?:#[^)]*)?\)/g;

const missing = [];
for (const document of documents) {
  readFileSync(document, 'utf8')
    .split('\n')
    .forEach((line, i) => {
      for (const [, name] of line.matchAll(sourceName)) if (!isThere(name)) missing.push([document, i + 1, name]);
      for (const [, to] of line.matchAll(link)) {
        if (!existsSync(join(dirname(document), to))) missing.push([document, i + 1, to]);
      }
    });
}
for (const [document, line, name] of missing) console.error(`${document}:${line} names ${name}, which is not there.`);
process.exitCode = missing.length === 0 ? 0 : 1;

// A star, or a word in capitals, stands for one name of a path or a part of it.
function isThere(name) {
  const end = new RegExp(`(^|/)${name.replaceAll('.', '\\.').replaceAll(/\*|\b[A-Z]+\b/g, '[^/]+')}$`);
  return tracked.some((file) => end.test(file));
}
