// What is known of the data that a network has seen so far, from its run or from one of its checkpoints.
import { basename, dirname } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { DataIdentity } from './identity.js';
import { readList } from './lists.js';

export type TrainedData =
  /** It has seen none: a run that starts. */
  | { readonly kind: 'none' }
  /** Written by a version that kept nothing of it. */
  | { readonly kind: 'unknown'; readonly from: string }
  | KnownData;

export interface KnownData {
  readonly kind: 'known';
  /** The run's folder or the checkpoint's file, for texts. */
  readonly from: string;
  readonly identity: DataIdentity;
  /** The names of a split's examples, in order; undefined where the run's folder with its lists is not at hand. */
  readonly namesOf: (split: string) => Promise<readonly string[] | undefined>;
}

/** @param runFolder where the lists are; undefined where that is not known */
export function knownData(from: string, identity: DataIdentity, runFolder: string | undefined): KnownData {
  return {
    kind: 'known',
    from,
    identity,
    async namesOf(name) {
      const split = identity.splits[name];
      return split === undefined || runFolder === undefined ? undefined : readList(runFolder, name, split);
    },
  };
}

/** What the network of a checkpoint was trained on. The lists are looked for where a run has them: RUN/checkpoints/FILE. */
export function trainedDataOf({ file, data }: Pick<Checkpoint, 'file' | 'data'>): TrainedData {
  if (data === undefined) return { kind: 'unknown', from: file };
  const folder = dirname(file);
  return knownData(file, data, basename(folder) === 'checkpoints' ? dirname(folder) : undefined);
}
