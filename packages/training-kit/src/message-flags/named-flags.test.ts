import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { scratchFolder } from '../../test/scratch-folder.js';
import { errorsIn, flagsInHelp, flagsInMessages, flagsInText } from './named-flags.js';

const root = scratchFolder('message-flags');
afterAll(() => {
  rmSync(root, { recursive: true });
});
const write = (name: string, text: string): string => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
  return join(root, name);
};

test('flags of a command’s help, both forms of switches', () => {
  const help = 'Flags:\n  --preset <name>  from\n  --[no-]flip      mirror (--not-this)\n  -h, --help       this\n';
  expect([...flagsInHelp(help)]).toEqual(['preset', 'flip', 'no-flip', 'help']);
});

test('flags in texts, not in comments or whole commands', () => {
  const source =
    "// --no\n/** --none */\nf('Pass --data DIR.', `or --${x} --seed`, 'npx nx run a:train -- --width 4'); // '--no'";
  expect(flagsInText(source).map(({ flag }) => flag)).toEqual(['data', 'seed']);
});

test('texts of some classes of errors', () => {
  const source = "if (a) throw new DataError(file, `--skip ${b}`);\nthrow new ConfigError('x', '--width');";
  expect(flagsInText(errorsIn(source, ['DataError'])).map(({ flag }) => flag)).toEqual(['skip']);
});

test('what a command reaches: imports of values, through the package’s door only the parts that it names', () => {
  const kit = join(root, 'kit');
  const exports = { '.': { default: './dist/index.js' }, './more': { default: './dist/more/index.js' } };
  write('package.json', JSON.stringify({ exports }));
  write('kit/index.ts', "export { a, type A } from './a.js';\nexport { b } from './b.js';\n");
  write('kit/a.ts', "f('pass --from-a');");
  write('kit/b.ts', "f('pass --from-b');");
  write('kit/more/index.ts', "export { c } from './c.js';\n");
  write('kit/more/c.ts', "f('pass --from-c');");
  write('app/src/other.ts', "f('pass --from-other');");
  write('app/src/types.ts', "f('pass --from-types');");
  const entry = write(
    'app/src/commands/x.ts',
    "import { a } from 'training-kit';\nimport { c } from 'training-kit/more';\nimport type { T } from '../types.js';\n" +
      "import { o } from '../other.js';\nf('pass --own');",
  );
  expect(flagsInMessages(entry, kit).map(({ flag, file }) => `${file} ${flag}`)).toEqual([
    'commands/x.ts own',
    'training-kit/a.ts from-a',
    'training-kit/more/c.ts from-c',
    'other.ts from-other',
  ]);
});
