// Which classes ObjectNet and ImageNet have in common, by the files that ObjectNet comes with; none of them is ours to ship.
import { join } from 'node:path';
import {
  groupedDigits,
  isJsonObject,
  type JsonValue,
  parseJsonBytes,
  readFileBytes,
  shortJson,
} from 'training-kit/data';
import { DataError, reasonOf } from 'training-kit/errors';

/** A class of ObjectNet that is one or several of ImageNet. */
export interface CommonClass {
  /** Such as `Bicycle`. */
  readonly name: string;
  /** Of its images, such as `bicycle`. */
  readonly folder: string;
  /** Classes of ImageNet that count as right: places among all, sorted by WordNet id, as every ImageNet folder has them. */
  readonly imagenetIds: readonly number[];
}

export interface ClassMapping {
  readonly classes: readonly CommonClass[];
  /** What ImageNet calls its classes, by id: 1,000 texts such as `tench, Tinca tinca`. */
  readonly imagenetLabels: readonly string[];
}

/** The official ones have 22 kB at most. */
const MAX_BYTES = 2 ** 20;

const LABELS = 'imagenet_to_label_2012_v2';
const LABEL_ORDER = 'pytorch_to_imagenet_2012_id.json';
const COMMON = 'objectnet_to_imagenet_1k.json';
const FOLDERS = 'folder_to_objectnet_label.json';

/**
 * @param folder ObjectNet's `mappings`
 * @throws DataError for a file that is not there, is no such file, or contradicts another one
 */
export async function readClassMapping(folder: string): Promise<ClassMapping> {
  const imagenetLabels = await readImagenetLabels(folder);
  const idsOf = new Map<string, number[]>();
  for (const [id, label] of imagenetLabels.entries()) idsOf.set(label, [...(idsOf.get(label) ?? []), id]);

  const foldersFile = join(folder, FOLDERS);
  const folderOf = new Map<string, string>();
  for (const [name, label] of await readTexts(foldersFile)) {
    if (!isPlainName(name)) throw wrong(foldersFile, `${shortJson(name)} is no name of a folder`);
    if (folderOf.has(label)) throw wrong(foldersFile, `two folders are called ${shortJson(label)}`);
    folderOf.set(label, name);
  }

  const commonFile = join(folder, COMMON);
  const common = await readTexts(commonFile);
  if (common.size === 0) throw wrong(commonFile, 'it names no class');
  const takenBy = new Map<number, string>();
  const classes = Array.from(common, ([name, labels]): CommonClass => {
    const itsFolder = folderOf.get(name);
    if (itsFolder === undefined) throw wrong(commonFile, `${FOLDERS} has no folder for ${shortJson(name)}`);
    const imagenetIds = labels.split(';').map((label) => {
      const [id, ...others] = idsOf.get(label.trim()) ?? [];
      if (id === undefined) throw wrong(commonFile, `${LABELS} has no ${shortJson(label.trim())}`);
      if (others.length > 0) throw wrong(commonFile, `${LABELS} has ${shortJson(label.trim())} more than once`);
      const taker = takenBy.get(id);
      if (taker !== undefined) throw wrong(commonFile, `${shortJson(name)} and ${shortJson(taker)} share a class`);
      takenBy.set(id, name);
      return id;
    });
    return { name, folder: itsFolder, imagenetIds };
  });
  return { classes, imagenetLabels };
}

/** By id. The lines of the label file have an order of their own, which another file says. */
async function readImagenetLabels(folder: string): Promise<string[]> {
  const labelsFile = join(folder, LABELS);
  const text = (await readFileBytes(labelsFile, MAX_BYTES)).toString('utf8');
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/).map((line) => line.trim()); // prettier-ignore
  const orderFile = join(folder, LABEL_ORDER);
  const order = await readObject(orderFile);
  if (order.size !== lines.length) {
    const [entries, numLines] = [order.size, lines.length].map(groupedDigits);
    throw wrong(orderFile, `it has ${entries} entries, and ${LABELS} ${numLines} lines`);
  }
  const labels = new Map<number, string>();
  const linesTaken = new Set<number>();
  for (const [id, line] of order) {
    const isId = /^\d{1,6}$/.test(id) && Number(id) < lines.length;
    if (!isId || typeof line !== 'number' || lines[line] === undefined || linesTaken.has(line)) {
      throw wrong(orderFile, `${shortJson(id)}: ${shortJson(line)} is no id and a line of ${LABELS} of its own`);
    }
    linesTaken.add(line);
    labels.set(Number(id), lines[line]);
  }
  return lines.map((_, id) => {
    const label = labels.get(id);
    if (label === undefined) throw wrong(orderFile, `it has no entry ${id}`);
    return label;
  });
}

async function readTexts(file: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const [key, value] of await readObject(file)) {
    if (typeof value !== 'string') throw wrong(file, `the value of ${shortJson(key)} is no text`);
    texts.set(key, value);
  }
  return texts;
}

async function readObject(file: string): Promise<Map<string, JsonValue>> {
  const bytes = await readFileBytes(file, MAX_BYTES);
  let value: JsonValue;
  try {
    value = parseJsonBytes(bytes);
  } catch (cause) {
    throw wrong(file, reasonOf(cause), cause);
  }
  if (!isJsonObject(value)) throw wrong(file, 'it is no object');
  return new Map(Object.entries(value));
}

/** No way out of the folder of the images. */
function isPlainName(name: string): boolean {
  return /^[^./\\\0][^/\\\0]*$/.test(name);
}

function wrong(file: string, why: string, cause?: unknown): DataError {
  return new DataError(
    file,
    `Cannot use ${file}: ${why}.\nExpected the files of ObjectNet's own folder of mappings, as they are.`,
    { cause },
  );
}
