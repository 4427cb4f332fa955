// For tests: which flags the texts of a command name, found in the sources that the command reaches. A text that advises a
// flag which its command does not have sends people astray.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A flag that a text names. */
export interface NamedFlag {
  /** `batch-size`. */
  readonly flag: string;
  /** The source, relative to the project's `src`; those of training-kit begin with `training-kit/`. */
  readonly file: string;
  /** The text, for the eye. */
  readonly text: string;
}

/** The flags that a command prints with `--help`, both forms of switches. */
export function flagsInHelp(help: string): Set<string> {
  const flags = new Set<string>();
  for (const [, no, flag] of help.matchAll(/^ +(?:-h, )?--(\[no-\])?([a-z][a-z-]*)/gm)) {
    flags.add(flag!);
    if (no !== undefined) flags.add(`no-${flag!}`);
  }
  return flags;
}

/**
 * The flags that texts name in `entry` and all that it imports with a value, of its own project and of training-kit.
 * Lines that are whole commands (`npx nx run …`) are left out: they may be of another command.
 *
 * @param kit the folder `src` of training-kit
 */
export function flagsInMessages(entry: string, kit: string): NamedFlag[] {
  const root = dirname(dirname(entry)); // src/commands/x.ts
  return [...reachedFrom(entry, kit)].flatMap((file) => {
    const name = file.startsWith(kit) ? `training-kit/${file.slice(kit.length + 1)}` : file.slice(root.length + 1);
    return flagsInText(readFileSync(file, 'utf8')).map((named) => ({ ...named, file: name }));
  });
}

/** The same for one source. */
export function flagsInText(source: string): Omit<NamedFlag, 'file'>[] {
  return literalsIn(withoutComments(source)).flatMap((text) =>
    isSentence(text)
      ? [...text.matchAll(/(?<![\w-])--([a-z][a-z-]*[a-z])/g)].map(([, flag]) => ({ flag: flag!, text }))
      : [],
  );
}

/** Not a word for another program, a style sheet, or a whole command, which may be another one. */
function isSentence(text: string): boolean {
  return text.includes(' ') && !text.includes('\n') && !text.includes('nx run ');
}

/** The parts of a source that make errors of these classes. */
export function errorsIn(source: string, classes: readonly string[]): string {
  const text = withoutComments(source);
  const starts = [...text.matchAll(new RegExp(`new (?:${classes.join('|')})\\(`, 'g'))];
  return starts.map(({ index }) => text.slice(index, text.indexOf(';', index))).join('\n');
}

function reachedFrom(entry: string, kit: string): Set<string> {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file) || !existsSync(file)) return;
    reached.add(file);
    for (const { names, from } of importsIn(readFileSync(file, 'utf8'))) {
      if (from.startsWith('.')) visit(sourceOf(file, from));
      else if (from.startsWith('training-kit')) for (const part of partsOf(from, names, kit)) visit(part);
    }
  };
  visit(entry);
  return reached;
}

/** Imports and re-exports of values. */
function importsIn(source: string): { names: string[]; from: string }[] {
  return [...source.matchAll(/^(?:import|export) (?!type )([^;]*?) from '([^']+)';/gm)].map(([, what, from]) => ({
    names: [...what!.matchAll(/(?<!type )\b(?!type )([A-Za-z]\w*)\b(?=[,\s}]|$)/g)].map(([, name]) => name!),
    from: from!,
  }));
}

function sourceOf(file: string, from: string): string {
  return join(dirname(file), from.replace(/\.js$/, '.ts'));
}

/** The files that training-kit's door `from` takes `names` from. */
function partsOf(from: string, names: readonly string[], kit: string): string[] {
  const door = doorOf(`.${from.slice('training-kit'.length)}`, kit);
  if (door === undefined) return [];
  if (!door.endsWith('index.ts')) return [door];
  return importsIn(readFileSync(door, 'utf8'))
    .filter((part) => part.names.some((name) => names.includes(name)))
    .map((part) => sourceOf(door, part.from));
}

/** The source behind an address of the package, as its package.json says. */
function doorOf(address: string, kit: string): string | undefined {
  const { exports } = JSON.parse(readFileSync(join(kit, '../package.json'), 'utf8')) as {
    exports: Record<string, { default: string }>;
  };
  return exports[address] && join(kit, exports[address].default.replace(/^\.\/dist\/(.*)\.js$/, '$1.ts'));
}

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}

function literalsIn(source: string): string[] {
  return [...source.matchAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g)].map(([text]) => text);
}
