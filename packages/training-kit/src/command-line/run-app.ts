// Runs an app: the first word names the command, the other words are for the command.
import { ConfigError } from '../errors.js';
import { runMain } from './run-main.js';

/** What runs when its name is the first word; gets the words behind it. */
export type AppCommand = (argv: readonly string[]) => Promise<void>;

/**
 * Runs the command that `argv` begins with and sets the exit code; `--help` prints the names of all.
 *
 * @param app the name of the nx project
 */
export async function runApp(
  app: string,
  commands: Readonly<Record<string, AppCommand>>,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  await runMain(async () => {
    const [name, ...rest] = argv;
    const names = Object.keys(commands).join(', ');
    if (name === '--help' || name === '-h') {
      console.log(`Usage: npx nx run ${app}:COMMAND -- [flags]\n\nCommands: ${names}. Each takes --help.`);
      return;
    }
    const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) {
      const problem = name === undefined ? 'No command is given.' : `Unknown command '${name}'.`;
      throw new ConfigError('', `${problem} Commands: ${names}; each takes --help.`);
    }
    await command(rest);
  });
}
