// SLURM's short forms: `node[01-03,7]` for hosts, `2(x3),1` for tasks on each of them. Nothing is expanded before it is counted.
import { ConfigError } from 'training-kit/errors';
import { quoted } from '../quoted.js';
import { MAX_WORKERS } from './cluster-place.js';

/**
 * @param name the variable, in error texts
 * @returns each host's name in order
 * @throws ConfigError for what is no such list, or names more than `MAX_WORKERS`
 */
export function hostsOf(text: string, name: string): string[] {
  const hosts: string[] = [];
  for (const item of itemsOf(text, name)) {
    const parts = item.map((part) => (typeof part === 'string' ? [part] : numbersOf(part.ranges, text, name)));
    const count = parts.reduce((product, choices) => product * choices.length, 1);
    if (hosts.length + count > MAX_WORKERS) throw tooMany(name, text);
    let names = [''];
    for (const choices of parts) names = names.flatMap((head) => choices.map((choice) => head + choice));
    hosts.push(...names);
  }
  return hosts;
}

/**
 * @param name the variable, in error texts
 * @returns the number of tasks on each host, 1 or more
 * @throws ConfigError for what is no such list, or counts more than `MAX_WORKERS`
 */
export function tasksOf(text: string, name: string): number[] {
  const tasks: number[] = [];
  let sum = 0;
  for (const item of boundedSplit(text, name)) {
    const [, each, times = '1'] = /^(\d{1,6})(?:\(x(\d{1,6})\))?$/.exec(item) ?? [];
    if (Number(each ?? 0) < 1 || Number(times) < 1) {
      throw new ConfigError(name, `${name} is ${quoted(text)}, expected numbers of tasks like 2(x3),1.`);
    }
    sum += Number(each) * Number(times);
    if (sum > MAX_WORKERS) throw tooMany(name, text);
    for (let i = 0; i < Number(times); i++) tasks.push(Number(each));
  }
  return tasks;
}

/** Of one host's name; two dimensions of racks and nodes have four. */
const MAX_PARTS = 8;

/** A piece of a host's name, or the ranges between brackets. */
type Part = string | { readonly ranges: string };

/** The items between commas outside of brackets, each in its parts. */
function itemsOf(text: string, name: string): Part[][] {
  const items: Part[][] = [];
  let at = 0;
  while (at <= text.length) {
    const item: Part[] = [];
    while (at < text.length && text[at] !== ',') {
      const part = partAt(text, at);
      if (part === undefined) throw noList(name, text);
      if (item.push(part.value) > MAX_PARTS) throw noList(name, text);
      at = part.end;
    }
    if (item.length === 0) throw noList(name, text);
    if (items.push(item) > MAX_WORKERS) throw tooMany(name, text);
    at++;
  }
  return items;
}

const partPattern = /([\w.-]{1,253})|\[([\d,-]{1,65536})\]/y;

function partAt(text: string, at: number): { readonly value: Part; readonly end: number } | undefined {
  partPattern.lastIndex = at;
  const [whole, literal, ranges] = partPattern.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return { value: literal ?? { ranges: ranges! }, end: at + whole.length };
}

/** `01-03,7` -> 01, 02, 03, 7: as wide as the first number of each range is written. */
function numbersOf(ranges: string, text: string, name: string): string[] {
  const numbers: string[] = [];
  for (const range of boundedSplit(ranges, name)) {
    const [, from, to = from] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range) ?? [];
    if (from === undefined || to === undefined || Number(to) < Number(from)) throw noList(name, text);
    if (numbers.length + Number(to) - Number(from) >= MAX_WORKERS) throw tooMany(name, text);
    for (let i = Number(from); i <= Number(to); i++) numbers.push(String(i).padStart(from.length, '0'));
  }
  return numbers;
}

function boundedSplit(text: string, name: string): string[] {
  const items = text.split(',', MAX_WORKERS + 1);
  if (items.length > MAX_WORKERS) throw tooMany(name, text);
  return items;
}

function noList(name: string, text: string): ConfigError {
  return new ConfigError(name, `${name} is ${quoted(text)}, expected hosts like node[01-03,7],login.`);
}

function tooMany(name: string, text: string): ConfigError {
  return new ConfigError(name, `${name} is ${quoted(text)}, which is more than ${MAX_WORKERS} workers.`);
}
