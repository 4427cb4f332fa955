// A machine that has everything; tests take things away.
import type { Machine } from '../src/provision/requirements.js';
import type { ProgramResult } from '../src/provision/run-program.js';

/** Programs named in `missing` cannot be run; `python3 -m pip` counts as 'pip'. */
export function fakeMachine({
  missing = [],
  ...rest
}: Partial<Machine> & { missing?: readonly string[] } = {}): Machine {
  const run = (command: string, args: readonly string[]): Promise<ProgramResult> => {
    const program = args.includes('pip') ? 'pip' : command;
    const isMissing = missing.includes(program);
    return Promise.resolve({
      code: isMissing ? null : 0,
      isMissing,
      output: isMissing || program === 'pip' ? '' : `${program} 12.2.0`,
    });
  };
  return {
    platform: 'linux',
    arch: 'x64',
    glibcVersion: '2.36',
    compilers: ['g++', 'c++', 'clang++'],
    run,
    freeBytes: () => Promise.resolve(1e12),
    ...rest,
  };
}
