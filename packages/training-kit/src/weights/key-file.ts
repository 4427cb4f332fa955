// The key from which the weights of a network may be drawn. It has a file of its own, so that a run can be given away
// without it.
import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { createKey, createRng, isKey, type Rng } from 'rpg-core';
import { codeOf, ConfigError, DataError, reasonOf } from '../errors.js';
import type { JsonObject, JsonValue } from '../json/json.js';

/** Beside the settings of a run that has a key, in record and checkpoints: tells keys apart and gives none away. */
export const KEY_DIGEST = 'keyDigest';

/** A key that was read or made. */
export interface Key {
  /** Text to draw from, at least 128 random bits. Kept in its file and in memory, nowhere else. */
  readonly text: string;
  /** 32 hexadecimal digits of a hash of it. */
  readonly digest: string;
  /** Where it was read, for error texts. */
  readonly file: string;
}

/**
 * The stream that a network's weights are drawn from: of the key where there is one, else the run's fork `weights`.
 *
 * @param rng of the run's seed
 */
export function weightStream(rng: Rng, key: Key | undefined): Rng {
  return key === undefined ? rng.fork('weights') : createRng(key.text);
}

/** Why no weight of a network depends on a key; undefined where some do. For the settings that all apps have. */
export function whyNothingIsDrawn(config: {
  readonly weights: string;
  readonly sampling: string;
  readonly reflect: boolean;
}): string | undefined {
  if (config.weights !== 'ring') return `weights is ${config.weights}, so there is no ring to draw from`;
  if (config.sampling === 'sequential' && !config.reflect)
    return 'sampling is sequential and without signs, so nothing is drawn';
  return undefined;
}

/**
 * Reads a key, or makes one where there is no such file yet.
 *
 * @throws DataError as `readKey` does, and for a file that cannot be made
 */
export async function readOrMakeKey(file: string, note: (line: string) => void): Promise<Key> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`${createKey()}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    note(
      `Made the key ${file}. The run's checkpoints are of no use without it: keep a copy, and keep it apart from them.`,
    );
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      const why = codeOf(error) === 'ENOENT' ? 'its folder does not exist; make it first' : reasonOf(error);
      throw new DataError(file, `Cannot make the key ${file}: ${why}.`, { cause: error });
    }
  }
  return readKey(file, note);
}

/**
 * @param note is told of a file that others can read
 * @throws DataError for a file that cannot be read, or holds no key
 */
export async function readKey(file: string, note: (line: string) => void): Promise<Key> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
    const mode = (await stat(file)).mode & 0o777;
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      note(`The key ${file} can be read by others (mode ${mode.toString(8)}); chmod 600 makes it yours alone.`);
    }
  } catch (error) {
    const why =
      codeOf(error) === 'ENOENT' ? 'there is no such file; name the one that the training made' : reasonOf(error);
    throw new DataError(file, `Cannot read the key ${file}: ${why}.`, { cause: error });
  }
  if (!isKey(text)) {
    throw new DataError(
      file,
      `${file} holds no key: expected at least 32 random hexadecimal digits, as a training with --key-file makes them in a ` +
        'new file, or `openssl rand -hex 32` prints.',
    );
  }
  return { text, digest: createHash('sha256').update(`rpg key ${text}`).digest('hex').slice(0, 32), file };
}

/**
 * Compares the key at hand with that of a run or a checkpoint.
 *
 * @param owner the run's folder or the checkpoint's file
 * @param stored the settings in it
 * @throws ConfigError where one is missing, is another one, or was never used
 */
export function checkKey(owner: string, stored: JsonObject, key: Key | undefined): void {
  const digest: JsonValue | undefined = stored[KEY_DIGEST];
  if (digest === key?.digest) return;
  if (digest === undefined) {
    throw new ConfigError(
      'keyFile',
      `--key-file ${String(key?.file)} is given, but the weights of ${owner} were drawn from its seed. Leave it out. A network ` +
        'that was trained without a key cannot get one: train a new one with --key-file.',
    );
  }
  if (key === undefined) {
    throw new ConfigError(
      'keyFile',
      `The weights of ${owner} are drawn from a key, which is in none of its files. Pass --key-file FILE.`,
    );
  }
  throw new ConfigError(
    'keyFile',
    `--key-file ${key.file} holds another key than the one that ${owner} was trained with.`,
  );
}
