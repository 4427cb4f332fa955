// The command `tensorflow-runtime`: arguments in, exit code out (0 done, 1 failed, 2 wrong call).
import { Command, CommanderError, Option } from 'commander';
import type { Device } from './backend/load-backend.js';
import { messageOf } from './error-message.js';
import { createProgress } from './provision/progress.js';
import { provision } from './provision/provision.js';
import { type Flavour, flavours, TENSORFLOW_VERSION } from './provision/wheels/wheel-pins.js';

const EXAMPLES = `
Examples:
  $ npx tensorflow-runtime provision                  once per user; does nothing when done before
  $ npx tensorflow-runtime provision --flavour cuda   with GPU code, 3.4 GB to fetch
  $ npx tensorflow-runtime doctor                     versions, devices, speed`;

interface ProvisionFlags {
  readonly flavour?: Flavour;
  readonly optional?: true;
}

interface DoctorFlags {
  readonly device: Device;
  readonly json?: true;
}

/** Runs one command with these arguments and returns its exit code; prints messages alone, without stacks. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('tensorflow-runtime')
    .description(`Runs @tensorflow/tfjs-node-gpu on TensorFlow ${TENSORFLOW_VERSION}.`)
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('Run it with --help for the commands and options.')
    .exitOverride();

  program
    .command('provision')
    .description("fetch TensorFlow and build tfjs-node-gpu's addon against it, once per user")
    .addOption(new Option('--flavour <name>', 'default: cuda with an NVIDIA driver, otherwise cpu').choices(flavours))
    .option('--optional', 'where the machine lacks something for it, say so and still exit with 0')
    .action(async (flags: ProvisionFlags) => {
      exitCode = await runProvision(flags);
    });

  program
    .command('doctor')
    .description('tell what this machine computes with, and how fast')
    .addOption(new Option('--device <name>').choices(['auto', 'tensorflow', 'wasm', 'cpu']).default('auto'))
    .option('--json', 'print the report as JSON')
    .action(runDoctor);

  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it
    process.stderr.write(`${messageOf(error)}\n`);
    return error instanceof RangeError ? 2 : 1;
  }
}

async function runProvision({ flavour, optional }: ProvisionFlags): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => {
    stop.abort(
      new Error('Stopped. What had been begun was removed; run the same command again to provision TensorFlow.'),
    );
  };
  // Not once: nx and the terminal may each send one, and the second must not cut the tidying short.
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const wanted = flavour === undefined ? {} : { flavour };
    const result = await provision({ ...wanted, progress: createProgress(process.stderr), signal: stop.signal });
    if (result.status === 'unavailable') {
      process.stderr.write(`${result.problem}\n`);
      return optional === true ? 0 : 1;
    }
    if (result.status === 'ready') {
      process.stdout.write(
        `TensorFlow ${TENSORFLOW_VERSION} (${result.paths.flavour}) is ready in ${result.paths.library}\n`,
      );
    }
    return 0;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

async function runDoctor({ device, json }: DoctorFlags): Promise<void> {
  // Loaded late: `provision` answers at once and needs no tensors.
  const { doctor, formatDoctor } = await import('./doctor.js');
  const report = await doctor(device);
  process.stdout.write(`${json === true ? JSON.stringify(report, null, 2) : formatDoctor(report)}\n`);
}
