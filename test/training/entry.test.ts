import { InvalidArgumentError } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import {
  above0,
  anyNumber,
  count,
  counts,
  fourCounts,
  from0,
  share,
  shareBelow1,
  size,
  wholeNumber,
} from '../../src/training/entry.ts';

describe('values of options', () => {
  it.each([
    [count, '12', 12],
    [wholeNumber, '0', 0],
    [above0, '.5', 0.5],
    [from0, '0', 0],
    [share, '1', 1],
    [shareBelow1, '0.99', 0.99],
    [anyNumber, '-0.1', -0.1],
    [counts, '1,8', [1, 8]],
    [fourCounts, '16,32,64,128', [16, 32, 64, 128]],
    [size, '320x256', { width: 320, height: 256 }],
  ])('%o reads %s', (read, text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    [count, '0'],
    [count, '1.5'],
    [count, ''],
    [wholeNumber, '-1'],
    [above0, '0'],
    [above0, 'Infinity'],
    [above0, '5 px'],
    [from0, '-1'],
    [share, '1.01'],
    [shareBelow1, '1'],
    [anyNumber, ' '],
    [counts, '1,,8'],
    [fourCounts, '16,32,64'],
    [fourCounts, '16,32,64,128,256'],
    [size, '320'],
    [size, '0x256'],
  ])('%o refuses %j', (read, text) => {
    expect(() => read(text)).toThrow(InvalidArgumentError);
  });
});
