// The workers of a training as its command sees them: what they agree on before it, and what they tell each other behind it.
import type { JsonObject } from '../json/json.js';
import { alone, type Replicas } from '../loop/replicas.js';

/** How the command of one worker deals with the others. */
export interface Team {
  readonly replicas: Replicas;
  /**
   * Compares what each worker has of one name, settings for instance. All workers call it with the same names in the
   * same order.
   *
   * @throws ConfigError at all of them where they differ, naming what differs and both values
   */
  agree(name: string, value: JsonObject): Promise<void>;
  /** Tells the others why this worker ends before the training does. Never throws. */
  fail(error: unknown): Promise<void>;
  /** Ends together with the others, behind a training that came to its end or was interrupted. */
  leave(): Promise<void>;
}

/** One process, as nearly always. */
export const soloTeam: Team = {
  replicas: alone,
  agree: () => Promise.resolve(),
  fail: () => Promise.resolve(),
  leave: () => Promise.resolve(),
};
