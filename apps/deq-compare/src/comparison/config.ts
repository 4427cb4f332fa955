// Settings of a comparison: those of its members, which have them in common, and which members there are.
import type { ResumeRules } from 'training-kit';
import { ConfigError } from 'training-kit/errors';
import { z } from 'zod';
import { checkConfig, configSchema, type DeqConfig, resumeRules } from '../config.js';

const count = z.int().min(1);
/** What the members have in common. */
const common = configSchema.omit({ network: true, numBlocks: true, weights: true, ringSize: true }).shape;

/** Their keys. */
export const commonSettings = Object.keys(common) as readonly (keyof typeof common)[];

/** The settings; each becomes a flag of the command line. */
export const comparisonSchema = z.strictObject({
  // comparison
  members: z
    .array(z.string())
    .default(['mdeq', 'rpg2', 'rpg3', 'rpg4'])
    .describe('networks: mdeq, or blocks with their number: rpg3 (one ring), shared3, independent3'),
  blocksLearningRate: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('the highest one of repeated blocks, whose kernels start larger; learningRate when left out'),
  timedBatchSizes: z.array(count).default([1, 128]).describe('batch sizes that inference is timed with'),
  timedRounds: count.default(10).describe('interleaved passes of each network that are timed, a batch size'),

  // every member
  ...common,
});

/** A resolved comparison. */
export type ComparisonConfig = z.output<typeof comparisonSchema>;

/** What a preset or a flag may give. */
export type ComparisonSettings = z.input<typeof comparisonSchema>;

/**
 * What each setting means to a member of a comparison that is resumed. Members are trained alike, those that are finished
 * too: of what acts on later steps only watching and counting may change.
 */
export const memberResumeRules: ResumeRules<DeqConfig> = {
  ...(Object.fromEntries(
    Object.entries(resumeRules).map(([key, rule]) => [key, rule === 'future' ? 'fixed' : rule]),
  ) as ResumeRules<DeqConfig>),
  onUnsolved: 'future',
  evalEvery: 'future',
};

/** The same for the comparison. */
export const comparisonResumeRules: ResumeRules<ComparisonConfig> = {
  ...memberResumeRules,
  members: 'free',
  blocksLearningRate: 'fixed',
  timedBatchSizes: 'free',
  timedRounds: 'free',
};

const memberForm = /^(?:(mdeq)|(rpg|shared|independent)([1-9]\d*))$/;

/** The config that member `name` is trained with. @throws ConfigError for an unknown form of name */
export function memberConfig(config: ComparisonConfig, name: string): DeqConfig {
  const settings = Object.fromEntries(Object.entries(config).filter(([key]) => key in common));
  const [, isMdeq, mode, numBlocks] = memberForm.exec(name) ?? [];
  if (isMdeq !== undefined) return configSchema.parse({ ...settings, network: 'mdeq' });
  if (mode === undefined) {
    throw new ConfigError(
      'members',
      `Unknown member ${JSON.stringify(name)}, expected mdeq, or rpg, shared or independent with a number of blocks, ` +
        `such as rpg3.`,
    );
  }
  const weights = mode === 'rpg' ? 'ring' : mode;
  const learningRate = config.blocksLearningRate ?? config.learningRate;
  return configSchema.parse({ ...settings, learningRate, network: 'rpg', weights, numBlocks: Number(numBlocks) });
}

/** Checks every member's config. @throws ConfigError */
export function checkComparison(config: ComparisonConfig): void {
  const { members } = config;
  if (members.length === 0) throw new ConfigError('members', 'members is empty: there is nothing to compare.');
  if (config.timedBatchSizes.length === 0) {
    throw new ConfigError('timedBatchSizes', 'timedBatchSizes is empty, expected at least one batch size, such as 1.');
  }
  const twice = members.find((name, i) => members.indexOf(name) !== i);
  if (twice !== undefined) throw new ConfigError('members', `members names ${twice} twice; name each once.`);
  for (const name of members) checkConfig(memberConfig(config, name));
}
