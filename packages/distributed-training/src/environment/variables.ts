// Environment variables as launchers set them, and words for what is wrong with one.
import { ConfigError } from 'training-kit/errors';
import { quoted } from '../quoted.js';
import { MAX_WORKERS } from './cluster-place.js';

/** `process.env`, or what a test takes for it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Templates of launchers leave variables empty that have no value: as if they were not set. */
export function valueOf(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}

/** @throws ConfigError where it is not set, saying who would have set it */
export function requiredOf(env: Environment, name: string, setBy: string): string {
  const text = valueOf(env, name);
  if (text !== undefined) return text;
  throw new ConfigError(name, `${name} is not set; ${setBy} sets it.`);
}

/** Of workers or tasks. */
export function countOf(env: Environment, name: string, setBy: string): number {
  return wholeNumber(name, requiredOf(env, name, setBy), 1, MAX_WORKERS);
}

/** A worker's own index, below the count that the variable `countName` gave. */
export function indexOf(env: Environment, name: string, setBy: string, countName: string, count: number): number {
  const text = requiredOf(env, name, setBy);
  const index = digits(text);
  if (index !== undefined && index < count) return index;
  throw new ConfigError(name, `${name} is ${quoted(text)}, but ${countName} is ${count}: expected 0 to ${count - 1}.`);
}

/** @param name of what `text` was given for, in error texts */
export function wholeNumber(name: string, text: string, from: number, to: number): number {
  const number = digits(text);
  if (number !== undefined && number >= from && number <= to) return number;
  throw new ConfigError(name, `${name} is ${quoted(text)}, expected a whole number from ${from} to ${to}.`);
}

function digits(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
