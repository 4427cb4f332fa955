import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { fakePython } from '../test/fake-python.js';
import { temporaryFolder } from '../test/temporary-folder.js';
import { downloadWithPip, verifyWheel } from './wheel-download.js';
import type { WheelPin } from './wheel-pins.js';

const folder = temporaryFolder();
const wheel: WheelPin = { project: 'tensorflow-cpu', version: '2.21.0', sizeBytes: 5, sha256: sha256('wheel') };
let numCases = 0;

afterEach(() => {
  vi.unstubAllEnvs();
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Runs the real downloader against a pip that does what `body` says. */
async function downloadFrom(body: string, signal?: AbortSignal): ReturnType<typeof downloadWithPip> {
  const home = join(folder, String(numCases++));
  vi.stubEnv('PATH', fakePython(join(home, 'bin'), body));
  vi.stubEnv('ARGUMENTS', join(home, 'arguments'));
  mkdirSync(join(home, 'work'));
  const result = await downloadWithPip(wheel, join(home, 'work'), { onBytes: () => undefined, signal });
  expect(readdirSync(join(home, 'work'))).not.toContain('scratch');
  return result;
}

test('the wheel that pip leaves is handed on, whatever its name', async () => {
  const body =
    'echo "$@" > "$ARGUMENTS"; for last in "$@"; do target=$before; before=$last; done; mkdir "$target"; printf wheel > "$target/any.whl"';
  const result = await downloadFrom(body);
  expect(result.status).toBe('done');
  expect(result.status === 'done' && readFileSync(result.file, 'utf8')).toBe('wheel');
  const args = readFileSync(process.env.ARGUMENTS!, 'utf8');
  expect(args).toContain('--no-deps --only-binary=:all: --python-version=3.11 --platform=manylinux_2_27_x86_64');
  expect(args.trim().endsWith('tensorflow-cpu==2.21.0')).toBe(true);
});

test('an index that cannot be reached, or lacks the wheel, is no error but a remedy', async () => {
  const result = await downloadFrom(
    'echo "ERROR: No matching distribution found for tensorflow-cpu==2.21.0" >&2; exit 1',
  );
  expect(result).toEqual({
    status: 'unreachable',
    reason:
      'pip cannot fetch tensorflow-cpu 2.21.0. It said:\n' +
      'ERROR: No matching distribution found for tensorflow-cpu==2.21.0\n' +
      'Expected a Python package index that carries it: check the network, the proxy and `python3 -m pip config list`, ' +
      'then run the same command again.',
  });
});

const brokenOff =
  'The download of tensorflow-cpu 2.21.0 broke off before its 5 bytes had arrived. pip said:\n' +
  'ERROR: gone\nNothing was kept. Run the same command again.';

test('a download that broke off is an error, told by the bytes that came', async () => {
  const body = 'head -c 2000000 /dev/zero > "$TMPDIR/part"; echo "ERROR: gone" >&2; exit 1';
  await expect(downloadFrom(body)).rejects.toThrow(brokenOff);
});

test('a download that broke off is an error, told by what pip says', async () => {
  await expect(downloadFrom('echo "Connection broken: IncompleteRead(1 bytes read)" >&2; exit 2')).rejects.toThrow(
    /^The download of tensorflow-cpu 2\.21\.0 broke off .* pip said:\nConnection broken/s,
  );
});

test('stopping ends pip', async () => {
  const stop = new AbortController();
  const running = downloadFrom('exec tail -f /dev/null', stop.signal);
  setImmediate(() => {
    stop.abort(new Error('Stopped.'));
  });
  await expect(running).rejects.toThrow('Stopped.');
});

test('the pinned file passes, any other is refused with both sums', async () => {
  const file = join(folder, 'checked.whl');
  writeFileSync(file, 'wheel');
  await verifyWheel(wheel, file);
  writeFileSync(file, 'whee');
  await expect(verifyWheel(wheel, file)).rejects.toThrow(
    `The downloaded tensorflow-cpu 2.21.0 is not the expected file: SHA-256 ${sha256('whee')} (4 bytes), ` +
      `expected ${wheel.sha256} (5 bytes).\n` +
      'Nothing was kept. Run the same command again; if it repeats, your package index serves another file under this name.',
  );
});
