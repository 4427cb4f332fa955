// Which of the user's pip settings reach the download: those that say where to fetch from and how to get there. Others are
// meant for installing packages of one's own, and would refuse, replace or hide a file that is pinned here by its sum.

/** Where packages come from, and the way there. */
const keptSettings: ReadonlySet<string> = new Set([
  ...['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_NO_INDEX', 'PIP_FIND_LINKS', 'PIP_CONFIG_FILE', 'PIP_ISOLATED'],
  ...['PIP_PROXY', 'PIP_CERT', 'PIP_CLIENT_CERT', 'PIP_TRUSTED_HOST', 'PIP_KEYRING_PROVIDER', 'PIP_USE_FEATURE'],
  ...['PIP_TIMEOUT', 'PIP_DEFAULT_TIMEOUT', 'PIP_RETRIES', 'PIP_RESUME_RETRIES', 'PIP_USE_DEPRECATED'],
]);

/** Stand above the same settings in pip's files. The sum that hashes would be asked for is checked by `verifyWheel`. */
const ours: Readonly<Record<string, string>> = {
  PIP_REQUIRE_HASHES: 'false',
  PIP_REQUIRE_VIRTUALENV: 'false',
  PIP_CONSTRAINT: '/dev/null',
  PIP_REQUIREMENT: '/dev/null',
  PIP_QUIET: '0',
  PIP_VERBOSE: '0',
};

/** The environment for `pip download`, which may write temporary files to `scratch`. */
export function pipEnvironment(scratch: string, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('PIP_') || keptSettings.has(name));
  return { ...Object.fromEntries(kept), ...ours, TMPDIR: scratch };
}

/** The names of the user's settings that did reach it: where a download fails they are the first suspects. */
export function keptPipSettings(env: NodeJS.ProcessEnv = process.env): string[] {
  return [...keptSettings].filter((name) => (env[name] ?? '') !== '');
}
