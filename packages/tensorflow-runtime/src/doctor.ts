// Says what this machine computes with, and how fast: the first thing to ask for when something is slow or missing.
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { linkPath } from './addon-link.js';
import { cachePaths, cacheRoot, isProvisioned } from './cache-folder.js';
import { detectFlavour } from './flavour.js';
import { loadBackend, type BackendInfo, type Device } from './load-backend.js';
import { measureSpeed, type Speed } from './speed.js';
import { FLAVOURS, type Flavour } from './wheel-pins.js';

export interface DoctorReport {
  readonly node: string;
  readonly platform: string;
  readonly backend: BackendInfo;
  /** What was lost on the way to that backend, in the words of `loadBackend`. */
  readonly notices: readonly string[];
  /** TensorFlow's fast CPU library; null on other backends. */
  readonly oneDnn: 'on' | 'off' | null;
  /** Names of the NVIDIA GPUs whose driver is loaded. */
  readonly gpus: readonly string[];
  /** The flavour that suits this machine, and those that are there. */
  readonly suitable: Flavour;
  readonly provisioned: readonly Flavour[];
  readonly cacheFolder: string;
  readonly cacheBytes: number;
  /** Where tfjs-node-gpu's addon leads to; null when nothing is there. */
  readonly addon: string | null;
  readonly speed: Speed;
}

/** Loads a backend in this process, measures it and tells what it found. */
export async function doctor(device: Device = 'auto'): Promise<DoctorReport> {
  const notices: string[] = [];
  const backend = await loadBackend({ device, onNotice: (line) => notices.push(line) });
  const root = cacheRoot();
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    backend,
    notices,
    oneDnn: backend.name === 'tensorflow' ? oneDnnState() : null,
    gpus: listGpus(),
    suitable: detectFlavour(),
    provisioned: FLAVOURS.filter((flavour) => isProvisioned(cachePaths(flavour, root))),
    cacheFolder: root,
    cacheBytes: folderBytes(root),
    addon: addonTarget(),
    speed: await measureSpeed(),
  };
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
    ['oneDNN', report.oneDnn ?? 'not in use'],
    ['Precision', backend.precision],
    ['Flavour', `${backend.flavour ?? 'none'} (suitable: ${report.suitable})`],
    ['NVIDIA GPUs', report.gpus.join(', ') || 'none'],
    ['Provisioned', report.provisioned.join(', ') || 'none'],
    ['Cache', `${report.cacheFolder} (${(report.cacheBytes / 1e9).toFixed(2)} GB)`],
    ['Addon', report.addon ?? 'not linked'],
    ['Node', `${report.node} on ${report.platform}`],
    [`Matmul ${speed.matmulSize}`, `${speed.matmulGflops.toFixed(1)} GFLOP/s`],
    ['Conv 3×3', `${speed.convGflops.toFixed(1)} GFLOP/s (batch ${speed.convBatch}, 32×32, 64 → 64 channels)`],
  ];
  return [...rows.map(([name, value]) => `${name.padEnd(14)}${value}`), ...report.notices].join('\n');
}

/** On by default on x86-64; TensorFlow reads the variable itself. */
function oneDnnState(): 'on' | 'off' {
  const setting = process.env.TF_ENABLE_ONEDNN_OPTS?.toLowerCase();
  return setting === '0' || setting === 'false' ? 'off' : 'on';
}

function listGpus(folder = '/proc/driver/nvidia/gpus'): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => {
    const information = readFileSync(join(folder, name, 'information'), 'utf8');
    return /^Model:\s*(.*)$/m.exec(information)?.[1]?.trim() ?? name;
  });
}

function addonTarget(): string | null {
  const link = linkPath();
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found === undefined) return null;
  return found.isSymbolicLink() ? readlinkSync(link) : link;
}

function folderBytes(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
