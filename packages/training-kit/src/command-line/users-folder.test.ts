import { execFileSync } from 'node:child_process';
import { join, sep } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { parseCommandLine } from './command-line.js';
import { pathText } from './settings.js';
import { forUsersShell, fromUsersFolder, usersFolder } from './users-folder.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The user stands in a folder below the one that nx starts the command in. */
function standIn(folder: string, nxProject: string | undefined = 'pose'): void {
  vi.stubEnv('INIT_CWD', folder);
  vi.stubEnv('NX_TASK_TARGET_PROJECT', nxProject);
}

const here = process.cwd();

describe('a relative path', () => {
  test('counts from where the user stands', () => {
    standIn(join(here, 'apps', 'pose'));
    expect(fromUsersFolder('data')).toBe(join('apps', 'pose', 'data'));
    expect(fromUsersFolder('../../data')).toBe('data');
    expect(fromUsersFolder('../..')).toBe('.');
    expect(fromUsersFolder('../../../data')).toBe(join(here, '..', 'data'));
    expect(fromUsersFolder('/data')).toBe('/data');
  });

  test('stays as it is in the workspace’s own folder, and without nx', () => {
    standIn(here);
    expect(fromUsersFolder('./data')).toBe('./data');
    vi.stubEnv('NX_TASK_TARGET_PROJECT', undefined);
    vi.stubEnv('INIT_CWD', join(here, 'elsewhere')); // left over by a script of npm's
    expect([usersFolder(), fromUsersFolder('data')]).toEqual([here, 'data']);
  });

  test('is read so from the flags of a command, and only there', () => {
    standIn(join(here, 'src'));
    const schema = z.strictObject({
      data: pathText().nullable().default(null).describe('folder'),
      out: pathText().default('.'),
      name: z.string().default('x'),
    });
    const spec = { name: 'x', description: '', schema, presets: {}, extra: z.strictObject({}), examples: [] };
    const call = (...words: string[]) => parseCommandLine(spec, words)?.config;
    expect(call('--data', '../d', '--name', '../d')).toEqual({ data: 'd', out: 'src', name: '../d' });
    expect(call('--data', 'none', '--out', '/o')).toEqual({ data: null, out: '/o', name: 'x' });
  });
});

describe('a printed path', () => {
  test('is one that works where the user stands', () => {
    expect(forUsersShell('runs/pose/a')).toBe('runs/pose/a');
    standIn(join(here, 'apps', 'pose'));
    expect(forUsersShell('runs/pose/a')).toBe(['..', '..', 'runs', 'pose', 'a'].join(sep));
    expect(forUsersShell('/runs/a')).toBe('/runs/a');
  });

  test.each(['my runs/a', "it's", '$HOME', 'a;b', 'ä'])('is one word to a shell: %s', (path) => {
    expect(execFileSync('sh', ['-c', `printf %s ${forUsersShell(path)}`], { encoding: 'utf8' })).toBe(path);
  });
});
