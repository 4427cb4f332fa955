// Where the comparison keeps what it installs and compiles: once a user, shared by checkouts.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ConfigError } from 'training-kit';

/** The folder; `RPG_BENCH_CACHE` names another one. @throws ConfigError when that is no absolute path, or there is no home */
export function benchCacheFolder(env: NodeJS.ProcessEnv = process.env, home: () => string = homedir): string {
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
  if (shared !== undefined && isAbsolute(shared)) return join(shared, 'rpg-bench');
  const folder = homeFolder(home);
  if (isAbsolute(folder)) return join(folder, '.cache', 'rpg-bench');
  throw new ConfigError(
    'RPG_BENCH_CACHE',
    'There is no home folder for what the comparison installs and compiles. Let RPG_BENCH_CACHE name a folder, or set HOME.',
  );
}

/** '' for a user without an entry in the system's list, where HOME is not set either. */
function homeFolder(home: () => string): string {
  try {
    return home();
  } catch {
    return '';
  }
}
