import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakePython } from '../../../test/fake-python.js';
import { temporaryFolder } from '../../../test/temporary-folder.js';
import { keptPipSettings } from './pip-settings.js';
import { downloadWithPip, verifyWheel } from './wheel-download.js';
import type { WheelPin } from './wheel-pins.js';

const folder = temporaryFolder();
const wheel: WheelPin = { project: 'tensorflow-cpu', version: '2.21.0', sizeBytes: 5, sha256: sha256('wheel') };
const large: WheelPin = { ...wheel, sizeBytes: 5_000_000 };
let numCases = 0;

beforeEach(() => {
  for (const name of keptPipSettings()) vi.stubEnv(name, undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Runs the real downloader against a pip that does what `body` says. */
async function downloadFrom(
  body: string,
  { pin = wheel, signal }: { pin?: WheelPin; signal?: AbortSignal } = {},
): ReturnType<typeof downloadWithPip> {
  const home = join(folder, String(numCases++));
  vi.stubEnv('PATH', fakePython(join(home, 'bin'), body));
  vi.stubEnv('ARGUMENTS', join(home, 'arguments'));
  mkdirSync(join(home, 'work'));
  const result = await downloadWithPip(pin, join(home, 'work'), { onBytes: () => undefined, signal });
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

const BROKEN_OFF =
  'The download of tensorflow-cpu 2.21.0 broke off before its 5000000 bytes had arrived. pip said:\n' +
  'ERROR: gone\nNothing was kept. Run the same command again.';

test('a download that broke off is an error, told by the bytes that came', async () => {
  const body = 'head -c 2000000 /dev/zero > "$TMPDIR/part"; echo "ERROR: gone" >&2; exit 1';
  await expect(downloadFrom(body, { pin: large })).rejects.toThrow(BROKEN_OFF);
});

test('a download that broke off is an error, told by what pip says', async () => {
  await expect(
    downloadFrom('echo "Connection broken: IncompleteRead(1 bytes read)" >&2; exit 2', { pin: large }),
  ).rejects.toThrow(/^The download of tensorflow-cpu 2\.21\.0 broke off .* pip said:\nConnection broken/s);
});

test('a file that came whole and was refused by pip did not break off', async () => {
  const whole = 'printf wheel > "$TMPDIR/part"; head -c 2000000 /dev/zero > "$TMPDIR/other"; ';
  const result = await downloadFrom(`${whole} echo "ERROR: refused" >&2; exit 1`);
  expect(result.status === 'unreachable' && result.reason).toMatch(
    /^pip cannot fetch tensorflow-cpu 2\.21\.0\. It said:\nERROR: refused\n/,
  );
});

test('settings for installing packages do not reach pip, and those of where from are named when it fails', async () => {
  vi.stubEnv('PIP_REQUIRE_HASHES', '1');
  vi.stubEnv('PIP_NO_BINARY', ':all:');
  vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:9/simple');
  const body = 'echo "hashes $PIP_REQUIRE_HASHES, binary $PIP_NO_BINARY, index $PIP_INDEX_URL"; exit 1';
  const result = await downloadFrom(body);
  expect(result.status === 'unreachable' && result.reason).toContain(
    'hashes false, binary , index http://127.0.0.1:9/simple\n',
  );
  expect(result.status === 'unreachable' && result.reason).toMatch(/again\. Set here: PIP_INDEX_URL\.$/);
});

test('stopping ends pip', async () => {
  const stop = new AbortController();
  const running = downloadFrom('exec tail -f /dev/null', { signal: stop.signal });
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
