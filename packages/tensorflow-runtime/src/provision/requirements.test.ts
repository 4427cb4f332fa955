import { expect, test } from 'vitest';
import { fakeMachine } from '../../test/fake-machine.js';
import { checkRequirements, type Machine, thisMachine } from './requirements.js';
import type { ProgramResult } from './run-program.js';

const need = { folder: '/cache', neededBytes: 1.2e9 };

async function missing(machine: Machine): Promise<readonly string[]> {
  return (await checkRequirements(machine, need)).missing;
}

test('a machine that has everything lacks nothing, and its first compiler is taken', async () => {
  expect(await checkRequirements(fakeMachine(), need)).toMatchObject({ compiler: { command: 'g++' }, missing: [] });
  const { compiler } = await checkRequirements(fakeMachine({ missing: ['g++'] }), need);
  expect(compiler?.command).toBe('c++');
});

test('another platform is named with what is lost, and nothing else is asked for', async () => {
  expect(await missing(fakeMachine({ platform: 'darwin', arch: 'arm64', missing: ['python3'] }))).toEqual([
    'TensorFlow cannot be provisioned on darwin arm64: expected linux x64, the only platform built for so far.\n' +
      'Without it TensorFlow.js runs on WebAssembly: the same results, several times slower, no native kernels.',
  ]);
});

test.each([
  {
    glibcVersion: null,
    text: /needs the GNU C library \(glibc\) 2\.27 or newer, and none was found\.\nUse a distribution/,
  },
  {
    glibcVersion: '2.17',
    text: /glibc is 2\.17, expected 2\.27 or newer\.\nUse a newer release of your distribution\./,
  },
])('glibc $glibcVersion is refused', async ({ glibcVersion, text }) => {
  const problems = await missing(fakeMachine({ glibcVersion }));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(text);
});

test('glibc 2.100 is newer than 2.27', async () => {
  expect(await missing(fakeMachine({ glibcVersion: '2.100' }))).toEqual([]);
});

test('a missing python3 comes with its remedy', async () => {
  expect(await missing(fakeMachine({ missing: ['python3'] }))).toEqual([
    'python3 was not found: TensorFlow is fetched with its package installer, pip.\n' +
      'Install Python 3 with pip (Debian, Ubuntu: apt install python3-pip; Fedora: dnf install python3-pip).',
  ]);
});

test('a missing pip comes with its remedy', async () => {
  expect(await missing(fakeMachine({ missing: ['pip'] }))).toEqual([
    'python3 has no pip: `python3 -m pip` does not run. It said:\n(nothing)\n' +
      'Install it (Debian, Ubuntu: apt install python3-pip; Fedora: dnf install python3-pip; elsewhere: python3 -m ensurepip).',
  ]);
});

/** A machine whose `python3` answers to `-m pip` and alone with what is given. */
function machineSaying(answers: { python?: ProgramResult; pip?: ProgramResult }): Machine {
  const fine = { code: 0, isMissing: false, output: '' };
  return fakeMachine({
    run: (command, args) => {
      const answer = args.includes('pip') ? answers.pip : answers.python;
      return Promise.resolve((command === 'python3' ? answer : undefined) ?? fine);
    },
  });
}

test('a python3 that does not run is not called missing', async () => {
  const output = "Fatal Python error: init_fs_encoding\nModuleNotFoundError: No module named 'encodings'";
  expect(await missing(machineSaying({ python: { code: 1, isMissing: false, output } }))).toEqual([
    `python3 does not run; TensorFlow is fetched with its package installer, pip. It said:\n${output}\n` +
      'Mend that first; PYTHONHOME and PYTHONPATH, where they are set, are often the cause.',
  ]);
});

test.each(['20.2.4', '20.0.2', '9.0.3', '19.3.1'])('pip %s is too old, and told how to be renewed', async (version) => {
  const output = `pip ${version} from /usr/lib/python3/dist-packages/pip (python 3.8)`;
  expect(await missing(machineSaying({ pip: { code: 0, isMissing: false, output } }))).toEqual([
    `pip is ${version}, expected 20.3 or newer: older ones do not know the names of TensorFlow's wheels.\n` +
      'Renew it: python3 -m pip install --user --upgrade pip (in a virtual environment without --user).',
  ]);
});

test.each(['20.3', '20.3.4', '23.2.1', '26.1'])('pip %s will do', async (version) => {
  const output = `WARNING: some word\npip ${version} from /usr/lib/pip (python 3.11)`;
  expect(await missing(machineSaying({ pip: { code: 0, isMissing: false, output } }))).toEqual([]);
});

test('a missing compiler comes with its remedy', async () => {
  expect(await missing(fakeMachine({ missing: ['g++', 'c++', 'clang++'] }))).toEqual([
    'No C++ compiler was found (tried: g++, c++, clang++): the addon that joins Node and TensorFlow is compiled here.\n' +
      'Install one (Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++), or name yours in CXX.',
  ]);
});

test('too little disk space comes with both numbers', async () => {
  expect(await missing(fakeMachine({ freeBytes: () => Promise.resolve(0.3e9) }))).toEqual([
    'Not enough disk space for /cache: 0.3 GB free, 1.2 GB needed while installing.\n' +
      'Free some space, or let TENSORFLOW_RUNTIME_CACHE name a folder on another disk.',
  ]);
});

test('all that is missing is said at once', async () => {
  const machine = fakeMachine({ missing: ['python3', 'g++', 'c++', 'clang++'], freeBytes: () => Promise.resolve(0) });
  expect(await missing(machine)).toHaveLength(3);
});

test('this machine is looked at for real', async () => {
  const machine = thisMachine({ CXX: 'my-compiler' });
  expect(machine.compilers).toEqual(['my-compiler']);
  // A folder that is still to be made is measured on the disk of its nearest parent.
  expect(await machine.freeBytes('/not/there/yet')).toBeGreaterThan(0);
});
