import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { BACKENDS, type BackendChoice } from './backend.ts';

/**
 * The command line of an entry script, called as `usage` says: --help lists its options; what is wrong with one is told in
 * words, with exit code 2.
 */
export function entryScript(usage: string, description: string): Command {
  return new Command(usage)
    .description(description)
    .showHelpAfterError('(--help lists the options)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}

/** What TensorFlow.js runs on; scripts that cannot use all of them say which. */
export function backendOption<T extends BackendChoice = BackendChoice>(among?: readonly T[]) {
  return new Option('--backend <name>', 'what TensorFlow.js runs on; auto: tfjs-node, else plain JavaScript')
    .choices(among ?? (BACKENDS as readonly BackendChoice[] as readonly T[]))
    .default('auto' as T);
}

/** A whole number from 1 on. */
export function count(text: string): number {
  return read(text, 'a whole number from 1 on', (value) => Number.isInteger(value) && value >= 1);
}

/** A whole number from 0 on. */
export function wholeNumber(text: string): number {
  return read(text, 'a whole number from 0 on', (value) => Number.isInteger(value) && value >= 0);
}

export function above0(text: string): number {
  return read(text, 'a number above 0', (value) => value > 0);
}

export function from0(text: string): number {
  return read(text, 'a number from 0 on', (value) => value >= 0);
}

/** From 0 to 1. */
export function share(text: string): number {
  return read(text, 'a number from 0 to 1', (value) => value >= 0 && value <= 1);
}

/** From 0 to 1, without 1 itself. */
export function shareBelow1(text: string): number {
  return read(text, 'a number from 0 to below 1', (value) => value >= 0 && value < 1);
}

export function anyNumber(text: string): number {
  return read(text, 'a number', () => true);
}

/** Whole numbers from 1 on, with commas between them. */
export function counts(text: string): number[] {
  return text.split(',').map(count);
}

/** Four whole numbers from 1 on. */
export function fourCounts(text: string): readonly [number, number, number, number] {
  const [a, b, c, d, ...more] = counts(text);
  if (a === undefined || b === undefined || c === undefined || d === undefined || more.length > 0)
    throw new InvalidArgumentError('expected four numbers, for example 16,32,64,128');
  return [a, b, c, d];
}

/** WIDTHxHEIGHT in px. */
export function size(text: string): { readonly width: number; readonly height: number } {
  const [, width, height] = /^([1-9]\d*)x([1-9]\d*)$/.exec(text) ?? [];
  if (width === undefined) throw new InvalidArgumentError('expected WIDTHxHEIGHT, for example 320x256');
  return { width: Number(width), height: Number(height) };
}

/** For options that are given several times. */
export function collect(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

function read(text: string, expected: string, fits: (value: number) => boolean): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || !fits(value)) throw new InvalidArgumentError(`expected ${expected}`);
  return value;
}
