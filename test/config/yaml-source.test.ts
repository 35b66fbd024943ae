import { describe, expect, it } from 'vitest';
import { type Path, readYaml } from '../../src/config/yaml-source.ts';

const TEXT = `a: &x { b: 1, c: [p, "q", { r: !secret s }] }
d:
  <<: *x
  c: *nope-not-here-but-below
e:
f: [*x]
`.replace('*nope-not-here-but-below', '[]');

describe('a place in a file', () => {
  const source = readYaml(TEXT, 'x.yaml');

  it.each<[Path, string, string]>([
    [['a'], '1:7', '1:1'],
    [['a', 'b'], '1:12', '1:9'],
    [['a', 'c', 0], '1:19', '1:19'],
    [['a', 'c', 1], '1:22', '1:22'],
    [['a', 'c', 2, 'r'], '1:40', '1:29'],
    [['d', 'b'], '1:12', '1:9'],
    [['d', 'c'], '4:6', '4:3'],
    [['d', 'missing'], '2:1', '2:1'],
    [['d', 'missing', 'deeper'], '2:1', '2:1'],
    [['e'], '5:1', '5:1'],
    [['f', 0], '6:5', '6:5'],
    [['f', 0, 'b'], '1:12', '1:9'],
    [['f', 9], '6:4', '6:1'],
    [['nowhere'], '1:1', '1:1'],
    [[], '1:1', '1:1'],
  ])('%j: value at %s, key at %s', (path, value, key) => {
    const at = ({ line, column }: { line: number; column: number }) => `${line}:${column}`;
    expect(at(source.faultAt(path, ''))).toBe(value);
    expect(at(source.faultAtKey(path, ''))).toBe(key);
  });

  it('is the same origin over aliases and merges', () => {
    expect(source.originOf(['d', 'b'])).toBe(source.originOf(['a', 'b']));
    expect(source.originOf(['f', 0, 'b'])).toBe(source.originOf(['a', 'b']));
    expect(source.originOf(['a', 'c', 2, 'r'])).not.toBe(source.originOf(['a', 'c', 1]));
    expect(source.originOf(['a'])).toBeUndefined();
  });

  it('lies within what leads to it, over aliases too', () => {
    const fault = source.faultAt(['a', 'b'], 'x');
    expect(source.faultsWithin(['a'], [fault])).toEqual([fault]);
    expect(source.faultsWithin(['d'], [fault])).toEqual([fault]);
    expect(source.faultsWithin(['f'], [fault])).toEqual([fault]);
    expect(source.faultsWithin(['a', 'c'], [fault])).toEqual([]);
    expect(source.faultsWithin(['a'], [{ ...fault, file: 'y.yaml' }])).toEqual([]);
  });
});

describe('readYaml', () => {
  it('gives the data, with texts replaced everywhere they are referred to', () => {
    const source = readYaml(TEXT, 'x.yaml');
    for (const scalar of source.scalars()) if (scalar.tag === '!secret') scalar.replace('found');
    expect(source.value()).toEqual({
      a: { b: 1, c: ['p', 'q', { r: 'found' }] },
      d: { b: 1, c: [] },
      e: null,
      f: [{ b: 1, c: ['p', 'q', { r: 'found' }] }],
    });
  });

  it('keeps every value as it was written with the schema failsafe', () => {
    expect(readYaml('a: 0123\nb: true\nc: ~\n', 'x', 'failsafe').value()).toEqual({ a: '0123', b: 'true', c: '~' });
  });

  it('takes times and switches for text, as YAML 1.2 does', () => {
    expect(readYaml('a: 00:00:30\nb: ON\nc: no\n', 'x').value()).toEqual({ a: '00:00:30', b: 'ON', c: 'no' });
  });

  it('refuses aliases that multiply each other', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}]`);
    const source = readYaml(['l0: &l0 [x]', ...levels].join('\n'), 'x');
    expect(source.broken).toBe(true);
    expect(source.faults).toMatchObject([{ message: 'too many aliases of aliases' }]);
  });

  it('has no data and no fault in an empty file', () => {
    expect(readYaml('', 'x')).toMatchObject({ faults: [], broken: false });
    expect(readYaml('# only this\n', 'x').value()).toBeNull();
  });
});
