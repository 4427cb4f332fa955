import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import checkFile from 'eslint-plugin-check-file';
import importSort from 'eslint-plugin-simple-import-sort';
import tseslint from 'typescript-eslint';

const moduleConstant = ':matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind=const]';
const fixedValue =
  ':matches(Literal:not([regex]), TemplateLiteral[expressions.length=0], UnaryExpression[argument.type=Literal], ' +
  'BinaryExpression[left.type=Literal][right.type=Literal])';
const built =
  'ObjectExpression, ArrayExpression, NewExpression, CallExpression, ArrowFunctionExpression, Literal[regex]';
const builtValue = `:matches(${built}, TSAsExpression[expression.type=/^(Object|Array)Expression$/])`;
/** Numbers and texts that a module fixes stand out in capitals; whatever is built or computed is named like a variable. */
const constantNames = [
  {
    selector: `${moduleConstant} > VariableDeclarator[id.name=/[a-z]/] > ${fixedValue}.init`,
    message: 'A number or text fixed for a module is named in CAPITALS.',
  },
  {
    selector: `${moduleConstant} > VariableDeclarator[id.name=/^[A-Z][A-Z0-9_]+$/] > ${builtValue}.init`,
    message: 'Only numbers and texts fixed for a module are named in capitals.',
  },
];

const nodeModules = ['node:*', 'fs', 'path', 'worker_threads'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/dist-docs/**', 'runs/**', 'apps/*/runs/**', '**/node_modules/**', '.nx/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx, 'check-file': checkFile, 'import-sort': importSort },
    rules: {
      // Node's own, packages, this project from far to near.
      'import-sort/imports': ['error', { groups: [['^\\u0000', '^node:', '^@?\\w', '^\\.\\.', '^\\.']] }],
      'check-file/filename-naming-convention': ['error', { '**/*.ts': 'KEBAB_CASE' }, { ignoreMiddleExtensions: true }],
      'check-file/folder-naming-convention': [
        'error',
        { '{packages,apps,tools,examples}/*/{src,test}/**/': 'KEBAB_CASE' },
      ],
      'no-restricted-syntax': ['error', ...constantNames],
      // Inner loops run over typed arrays whose bounds the loop itself keeps.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: ['^.*/vitest\\.shared\\.mjs$'],
          depConstraints: [
            { sourceTag: 'type:core', onlyDependOnLibsWithTags: [] },
            { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:core', 'type:lib'] },
            { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:core', 'type:lib'] },
            { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:core', 'type:lib'] },
            { sourceTag: 'type:example', onlyDependOnLibsWithTags: ['type:core'] },
          ],
        },
      ],
    },
  },
  {
    // The generator runs wherever JavaScript does.
    files: ['packages/rpg-core/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: nodeModules }] },
  },
  {
    // What a ring is, and how weights come from it, knows nothing of the layers that use them.
    files: ['packages/rpg-core/src/{ring,ops,weights,model-file,analysis}/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [...nodeModules, '**/layers/*', '**/networks/*', '**/tf-layers/*'] },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
