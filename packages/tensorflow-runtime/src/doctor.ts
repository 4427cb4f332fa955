// Says what this machine computes with, and how fast: the first thing to ask for when something is slow or missing.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BackendInfo, type Device, loadBackend } from './backend/load-backend.js';
import { damaged } from './backend/prepare-process.js';
import { cachePaths, findCacheRoot, findDamage, findProvisioned, isProvisioned } from './provision/cache-folder.js';
import { detectFlavour } from './provision/flavour.js';
import { type Flavour, flavours } from './provision/wheels/wheel-pins.js';
import { measureSpeed, type Speed } from './speed.js';

export interface DoctorReport {
  readonly node: string;
  readonly platform: string;
  readonly backend: BackendInfo;
  /** What was lost on the way to that backend, in the words of `loadBackend`. */
  readonly notices: readonly string[];
  /** Names of the NVIDIA GPUs whose driver is loaded. */
  readonly gpus: readonly string[];
  /** The flavour that suits this machine, and those that are there. */
  readonly suitable: Flavour;
  readonly provisioned: readonly Flavour[];
  /** null where the user has none. */
  readonly cacheFolder: string | null;
  readonly cacheBytes: number;
  /** The first file of the provisioned TensorFlow that is not what was written, by its SHA-256; null when all are. */
  readonly damage: string | null;
  /** The addon that is loaded; null when none is there. */
  readonly addon: string | null;
  readonly speed: Speed;
}

/** Compares every file of the cache, loads a backend in this process, measures it and tells what it found. */
export async function doctor(device: Device = 'auto'): Promise<DoctorReport> {
  const cache = findCacheRoot();
  const root = 'root' in cache ? cache.root : null;
  const paths = root === null ? null : findProvisioned(detectFlavour(), root);
  const damage = paths === null ? null : await findDamage(paths);
  const notices: string[] = [];
  const backend = await loadSound(device, damage, (line) => notices.push(line));
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    backend,
    notices,
    gpus: listGpus(),
    suitable: detectFlavour(),
    provisioned: root === null ? [] : flavours.filter((flavour) => isProvisioned(cachePaths(flavour, root))),
    cacheFolder: root,
    cacheBytes: root === null ? 0 : folderBytes(root),
    damage,
    addon: paths?.addon ?? null,
    speed: await measureSpeed(),
  };
}

/** Damaged code may end the process when it is run, so it is not. */
async function loadSound(
  device: Device,
  damage: string | null,
  onNotice: (line: string) => void,
): Promise<BackendInfo> {
  if (damage === null || device === 'wasm' || device === 'cpu') return loadBackend({ device, onNotice });
  const { message, reason, remedy } = damaged(damage);
  if (device === 'tensorflow') throw new Error(message);
  onNotice(`${reason}; measured on WebAssembly instead: ${remedy}.`);
  return loadBackend({ device: 'wasm', onNotice });
}

/** The report as lines for a person. */
export function formatDoctor(report: DoctorReport): string {
  const { backend, speed } = report;
  const rows: [string, string][] = [
    ['Backend', backend.name],
    ['TensorFlow', backend.tensorflowVersion ?? 'not in use'],
    ['Device', backend.device],
    ['Threads', String(backend.threads)],
    ['Instructions', backend.simd.join(' ') || 'not known'],
    ['oneDNN', backend.oneDnn ?? 'not in use'],
    ['Built by', backend.build?.compiler ?? 'not in use'],
    ['Flags', backend.build?.flags.join(' ') ?? 'not in use'],
    ['Loops for', backend.build?.instructionSet ?? 'not in use'],
    ['Precision', backend.precision],
    ['Flavour', `${backend.flavour ?? 'none'} (suitable: ${report.suitable})`],
    ['NVIDIA GPUs', report.gpus.join(', ') || 'none'],
    ['Provisioned', report.provisioned.join(', ') || 'none'],
    ['Cache', cacheLine(report)],
    ['Addon', report.addon ?? 'none'],
    ['Node', `${report.node} on ${report.platform}`],
    [`Matmul ${speed.matmulSize}`, `${speed.matmulGflops.toFixed(1)} GFLOP/s`],
    ['Conv 3×3', `${speed.convGflops.toFixed(1)} GFLOP/s (batch ${speed.convBatch}, 32×32, 64 → 64 channels)`],
  ];
  return [...rows.map(([name, value]) => `${name.padEnd(14)}${value}`), ...report.notices].join('\n');
}

function cacheLine({ cacheFolder, cacheBytes, provisioned, damage }: DoctorReport): string {
  if (cacheFolder === null) return 'none: there is no home folder';
  const state = damage === null ? 'every file as it was written' : 'damaged';
  return `${cacheFolder} (${(cacheBytes / 1e9).toFixed(2)} GB${provisioned.length > 0 ? `, ${state}` : ''})`;
}

function listGpus(folder = '/proc/driver/nvidia/gpus'): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => {
    const information = readFileSync(join(folder, name, 'information'), 'utf8');
    return /^Model:\s*(.*)$/m.exec(information)?.[1]?.trim() ?? name;
  });
}

function folderBytes(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
