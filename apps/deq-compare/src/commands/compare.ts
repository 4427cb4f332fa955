// `nx run deq-compare:compare`: both sides of table 1 in one run.
import { runTrainCommand } from 'training-kit/commands';
import { compare } from '../comparison/compare.js';
import { checkComparison, comparisonResumeRules, comparisonSchema } from '../comparison/config.js';
import { comparisons } from '../presets/comparisons.js';
import { comparisonEffects } from '../setting-effects.js';

/** Compares as the flags say. */
export async function compareCommand(argv: readonly string[]): Promise<void> {
  await runTrainCommand(
    {
      app: 'deq-compare',
      command: 'compare',
      description:
        'Trains an equilibrium model and networks of its block repeated, times them in turn, and writes one report.',
      schema: comparisonSchema,
      presets: comparisons,
      defaultPreset: 'compare-quick',
      examples: [
        { flags: '', does: 'narrow networks on rendered shapes, about ten minutes' },
        { flags: '--preset compare-cifar10 --data data', does: 'table 1 on CIFAR-10, five epochs' },
        { flags: '--members rpg2,shared2,independent2', does: 'a ring against plain reuse and against no reuse' },
        { flags: '--resume runs/deq-compare/NAME', does: 'goes on; what is trained stays' },
      ],
      checkConfig: checkComparison,
      whyNoKey: () => 'a comparison trains several networks, and exports none',
      resumeRules: comparisonResumeRules,
      effects: comparisonEffects,
      stepBack:
        'A comparison is several trainings; one of them steps back by ' +
        '`npx nx run deq-compare:train -- --resume RUN/MEMBER --from-step N`, and compare goes on from there.',
      train: compare,
    },
    argv,
  );
}
