import { expect, test } from 'vitest';
import { keptPipSettings, pipEnvironment } from './pip-settings.js';

const ours = {
  PIP_REQUIRE_HASHES: 'false',
  PIP_REQUIRE_VIRTUALENV: 'false',
  PIP_CONSTRAINT: '/dev/null',
  PIP_REQUIREMENT: '/dev/null',
  PIP_QUIET: '0',
  PIP_VERBOSE: '0',
  TMPDIR: '/scratch',
};

test.each([
  ...[{ PIP_REQUIRE_HASHES: '1' }, { PIP_REQUIRE_VIRTUALENV: '1' }, { PIP_NO_BINARY: ':all:' }, { PIP_ABI: 'cp39' }],
  ...[{ PIP_ONLY_BINARY: 'six' }, { PIP_TARGET: '/a' }, { PIP_USER: '1' }, { PIP_CONSTRAINT: '/a' }],
  ...[{ PIP_QUIET: '3' }, { PIP_PYTHON: '/a' }, { PIP_IMPLEMENTATION: 'pp' }, { PIP_REQUIREMENT: '/a' }],
])('what would refuse, replace or hide the file does not reach pip: %o', (setting: NodeJS.ProcessEnv) => {
  expect(pipEnvironment('/scratch', { PATH: '/bin', TMPDIR: '/tmp', ...setting })).toEqual({ PATH: '/bin', ...ours });
  expect(keptPipSettings(setting)).toEqual([]);
});

test('where packages come from does', () => {
  const env = { PIP_INDEX_URL: 'https://mirror.example/simple', PIP_CONFIG_FILE: '/a', PIP_CERT: '' };
  expect(pipEnvironment('/scratch', env)).toEqual({ ...env, ...ours });
  expect(keptPipSettings(env)).toEqual(['PIP_INDEX_URL', 'PIP_CONFIG_FILE']);
});
