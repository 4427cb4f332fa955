// Where the comparison keeps what it installs and compiles: once a user, shared by checkouts.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ConfigError } from 'training-kit';

/** The folder; `RPG_BENCH_CACHE` names another one. @throws ConfigError when that is no absolute path */
export function benchCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const own = env.RPG_BENCH_CACHE ?? '';
  if (own !== '') {
    if (isAbsolute(own)) return own;
    throw new ConfigError(
      'RPG_BENCH_CACHE',
      `RPG_BENCH_CACHE is '${own}', expected an absolute path. Set it to one, or unset it.`,
    );
  }
  // The XDG rules say that a relative path is to be ignored.
  const shared = env.XDG_CACHE_HOME;
  return join(shared !== undefined && isAbsolute(shared) ? shared : join(homedir(), '.cache'), 'rpg-bench');
}
