// Runs the recipes of the README as they stand, against the built package.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rpg-readme-'));
  await symlink(path.join(root, '../../node_modules'), path.join(folder, 'node_modules'));
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the code block whose first line is the file's name; `before` is put in front of it. Types are left out. */
async function run(name: string, before = '', maxLines = 10): Promise<string> {
  const readme = await readFile(path.join(root, 'README.md'), 'utf8');
  const code = new RegExp(`\`\`\`[jt]s\\n// ${name}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];
  if (code === undefined) throw new Error(`The README has no block ${name}.`);
  expect(
    code.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('import')).length,
  ).toBeLessThanOrEqual(maxLines);
  const script = `${path.parse(name).name}.js`;
  await writeFile(path.join(folder, script), `${before}\n${code.replaceAll(/ as tf\.\w+(\[\])?/g, '')}`);
  // nx asks for colours when it runs tests; a child would then print numbers in them.
  const env = { ...process.env, FORCE_COLOR: undefined };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { cwd: folder, env });
  return stdout;
}

test('a new model, then in a web page', async () => {
  const trained = /accuracy ([\d.]+) with (\d+) parameters/.exec(await run('train.js'));
  expect(Number(trained?.[1])).toBeGreaterThan(0.8);
  expect(trained?.[2]).toBe('267'); // a ring of 200, biases of 64 and 3
  const fetchFromDisk =
    "import { readFile } from 'node:fs/promises';\nglobalThis.fetch = async (name) => new Response(await readFile(name));";
  expect(await run('page.js', fetchFromDisk)).toContain('class 0');
});

test('a model that you have', async () => {
  expect(await run('convert.js')).toMatch(/\d+ -> \d+ parameters, 1152 of them generated 0\.8\d/);
});

test('a functional model with two inputs', async () => {
  await expect(run('two-inputs.ts')).resolves.toBeDefined();
});

test('layers of your own on a ring', async () => {
  expect(await run('core.js', '', 20)).toContain('Tensor');
});

test('a key that is withheld', async () => {
  await expect(run('key.js')).resolves.toBeDefined();
});
