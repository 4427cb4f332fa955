// What a result depends on besides code and config: the machine, the versions, the commit.
import { execFile } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { sep } from 'node:path';
import { promisify } from 'node:util';

export interface SystemFacts {
  /** As the maker names it; `unknown` where the system does not tell. */
  readonly cpu: string;
  /** Cores this process may use, which in a container can be fewer than the machine has. */
  readonly numCores: number;
  /** Main memory this process may use, in bytes. */
  readonly memoryBytes: number;
  /** `Linux 6.1.0 x64`. */
  readonly os: string;
  /** `20.19.0`. */
  readonly node: string;
}

/** The commit of a program's sources. */
export interface GitState {
  readonly commit: string;
  /** True when tracked files differ from the commit. */
  readonly isDirty: boolean;
}

export function systemFacts(): SystemFacts {
  const total = totalmem();
  const limit = process.constrainedMemory() as number | undefined; // 0, undefined or 2^64 where nothing limits
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    numCores: availableParallelism(),
    memoryBytes: limit === undefined || limit === 0 ? total : Math.min(total, limit),
    os: `${type()} ${release()} ${process.arch}`,
    node: process.versions.node,
  };
}

/**
 * The git state of the sources in `folder`; undefined outside a repository, before its first commit, without git, and for
 * an installed package, whose repository is another's.
 */
export async function gitState(folder: string): Promise<GitState | undefined> {
  if (folder.split(sep).includes('node_modules')) return undefined;
  try {
    const { stdout: commit } = await git(['rev-parse', '--verify', 'HEAD'], folder);
    const { stdout: changes } = await git(['status', '--porcelain', '--untracked-files=no'], folder);
    return { commit: commit.trim(), isDirty: changes.trim() !== '' };
  } catch {
    return undefined; // a result without a commit is allowed; the run folder shows that it has none
  }
}

function git(words: readonly string[], folder: string): Promise<{ stdout: string }> {
  // A status must not take the repository's lock away from someone who works in it.
  return promisify(execFile)('git', ['--no-optional-locks', ...words], { cwd: folder });
}

/** Memory held by this process now and at most so far, in bytes; includes what native libraries took. */
export function memoryUse(): { rssBytes: number; peakRssBytes: number } {
  return { rssBytes: process.memoryUsage.rss(), peakRssBytes: process.resourceUsage().maxRSS * 1024 };
}
