// Where the comparison keeps what it installs and compiles: once a user, shared by checkouts.
import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { userCacheFolder } from 'tensorflow-runtime';
import { ConfigError } from 'training-kit/errors';

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
  const folder = userCacheFolder('rpg-bench', env, home);
  if (folder !== null) return folder;
  throw new ConfigError(
    'RPG_BENCH_CACHE',
    'There is no home folder for what the comparison installs and compiles. Let RPG_BENCH_CACHE name a folder, or set HOME.',
  );
}
