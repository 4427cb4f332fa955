// The command `compare`: arguments in, exit code out.
import { parseCommandLine, runMain } from 'training-kit';
import { checkAll } from './agreement.js';
import { compare } from './compare.js';
import { expandQuick, extraSchema, optionsSchema, presets } from './options.js';
import { resultLines } from './results/result-markdown.js';

await runMain(async () => {
  const call = parseCommandLine(
    {
      name: 'npx nx run bench:compare --',
      description:
        'Times training steps, inference and weight generation of this project, PyTorch and a hand-written loop, in turn ' +
        'on this machine. PyTorch is installed into the cache folder at first. Run it on a quiet machine.',
      schema: optionsSchema,
      presets,
      defaultPreset: 'full',
      extra: extraSchema,
      examples: [
        { command: 'npx nx run bench:compare', does: 'all tables at full size: about half an hour on 2 cores' },
        { command: 'npx nx run bench:compare -- --quick', does: 'a tiny network: does it all work?' },
        { command: 'npx nx run bench:compare -- --check', does: 'do all compute the same?' },
        {
          command: 'npx nx run bench:compare -- --only step --variants ours,torch/eager --num-steps 15',
          does: 'training steps alone, without what torch.compile makes',
        },
        { command: 'npx nx run bench:compare -- --curves --update-docs', does: 'all, and into docs/benchmarks.md' },
        { command: 'npx nx run bench:compare -- --only curves --num-steps 3', does: 'how times grow with each size' },
        {
          command: 'npx nx run bench:compare -- --python /path/to/python',
          does: 'a PyTorch of your own, for instance its smaller wheel for CPUs',
        },
      ],
    },
    expandQuick(process.argv.slice(2)),
  );
  if (call === undefined) return;
  if (call.config.check) {
    await checkAll(call.config, call.extra, console.log);
    return;
  }
  const result = await compare(call.config, call.extra, { preset: call.preset ?? 'full', print: console.log });
  console.log(resultLines(result));
});
