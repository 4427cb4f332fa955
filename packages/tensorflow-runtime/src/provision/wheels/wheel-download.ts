// Fetches pinned wheels with pip, which already knows the user's mirrors, proxies and certificates.
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../cache-contents.js';
import { lastLines, runProgram } from '../run-program.js';
import { keptPipSettings, pipEnvironment } from './pip-settings.js';
import type { WheelPin } from './wheel-pins.js';

/** What became of one wheel: the file, or why the package index could not be reached at all. */
export type Download =
  { readonly status: 'done'; readonly file: string } | { readonly status: 'unreachable'; readonly reason: string };

/** Puts `wheel` into the empty, existing `folder`. Tests pass their own. */
export type Downloader = (
  wheel: WheelPin,
  folder: string,
  options: { onBytes: (receivedBytes: number) => void; signal?: AbortSignal | undefined },
) => Promise<Download>;

/** The Python version only picks the file name; the libraries inside are the same for all of them. */
const pipArgs = [
  ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--python-version=3.11'],
  ...['manylinux_2_27', 'manylinux_2_17', 'manylinux2014'].map((name) => `--platform=${name}_x86_64`),
  ...['--no-cache-dir', '--no-input', '--disable-pip-version-check', '--progress-bar=off'],
];

/** pip's scratch folder may hold this much before a wheel's first byte: pages and metadata. */
const OVERHEAD_BYTES = 1e6;

export const downloadWithPip: Downloader = async (wheel, folder, { onBytes, signal }) => {
  const target = join(folder, 'wheel');
  const scratch = join(folder, 'scratch');
  await mkdir(scratch);
  let peakBytes = 0;
  const look = async (): Promise<void> => {
    peakBytes = Math.max(peakBytes, await folderSize(folder));
    onBytes(peakBytes);
  };
  // pip gives no machine-readable progress, but the file it is writing grows in its scratch folder.
  const watch = setInterval(() => void look(), 200);
  // The scratch folder lies on the cache's disk, where there is room.
  const env = pipEnvironment(scratch);
  try {
    const args = [...pipArgs, '--dest', target, `${wheel.project}==${wheel.version}`];
    const { code, output } = await runProgram('python3', args, { env, signal });
    await look();
    const file = await soleWheel(target);
    return code === 0 && file !== null ? { status: 'done', file } : failure(wheel, output, peakBytes);
  } finally {
    clearInterval(watch);
    await rm(scratch, { recursive: true, force: true });
  }
};

/** Tells a download that broke off, which is an error, from an index that never answered and a pip that refuses. */
function failure(wheel: WheelPin, output: string, receivedBytes: number): Download {
  const said = lastLines(output, 3);
  const isWhole = receivedBytes >= wheel.sizeBytes;
  const isBroken =
    receivedBytes > OVERHEAD_BYTES || /IncompleteRead|Connection broken|incomplete-download/.test(output);
  if (isBroken && !isWhole) {
    throw new Error(
      `The download of ${wheel.project} ${wheel.version} broke off before its ${wheel.sizeBytes} bytes had arrived. ` +
        `pip said:\n${said}\nNothing was kept. Run the same command again.`,
    );
  }
  const settings = keptPipSettings();
  const suspects = settings.length > 0 ? ` Set here: ${settings.join(', ')}.` : '';
  return {
    status: 'unreachable',
    reason:
      `pip cannot fetch ${wheel.project} ${wheel.version}. It said:\n${said}\n` +
      'Expected a Python package index that carries it: check the network, the proxy and `python3 -m pip config list`, ' +
      `then run the same command again.${suspects}`,
  };
}

/** @throws Error when the file is not, byte for byte, the pinned one */
export async function verifyWheel(wheel: WheelPin, file: string): Promise<void> {
  const found = await digestOf(file);
  if (found === wheel.sha256) return;
  const { size } = await stat(file);
  throw new Error(
    `The downloaded ${wheel.project} ${wheel.version} is not the expected file: ` +
      `SHA-256 ${found} (${size} bytes), expected ${wheel.sha256} (${wheel.sizeBytes} bytes).\n` +
      'Nothing was kept. Run the same command again; if it repeats, your package index serves another file under this name.',
  );
}

async function soleWheel(folder: string): Promise<string | null> {
  const names = await readdir(folder).catch(() => []);
  const wheels = names.filter((name) => name.endsWith('.whl'));
  return wheels.length === 1 ? join(folder, wheels[0]!) : null;
}

/** Bytes in all files under `folder`; files may come and go while it counts. */
async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        (found) => found.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
