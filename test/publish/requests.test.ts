import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRequest, responsePayload } from '../../src/publish/requests.ts';

describe('parseRequest', () => {
  test.each([
    ['', { data: {} }],
    ['  ', { data: {} }],
    ['{}', { data: {} }],
    ['{"camera":"living"}', { data: { camera: 'living' } }],
    ['{"camera":"living","transaction":"a1"}', { data: { camera: 'living' }, transaction: 'a1' }],
    ['{"transaction":7}', { data: {}, transaction: 7 }],
    ['{"transaction":""}', { data: {}, transaction: '' }],
  ])('%s', (payload, request) => {
    expect(parseRequest(payload)).toEqual(request);
  });

  test.each([
    ['{', 'the payload is not JSON'],
    ['living', 'the payload is not JSON'],
    ['[]', 'the payload is not a JSON object'],
    ['null', 'the payload is not a JSON object'],
    ['"a"', 'the payload is not a JSON object'],
    ['{"transaction":{}}', '`transaction` must be a text or a number'],
    ['{"transaction":null}', '`transaction` must be a text or a number'],
    [`{"transaction":"${'x'.repeat(129)}"}`, '`transaction` is longer than 128'],
  ])('%s is a fault', (payload, fault) => {
    expect(parseRequest(payload)).toBe(fault);
  });

  test('whatever comes gives a request or words, never a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (payload) => {
        expect(['object', 'string']).toContain(typeof parseRequest(payload));
      }),
    );
  });
});

test.each([
  [{ status: 'ok', data: { healthy: true } } as const, undefined, '{"status":"ok","data":{"healthy":true}}'],
  [{ status: 'ok', data: undefined } as const, undefined, '{"status":"ok","data":{}}'],
  [{ status: 'ok', data: [] } as const, 0, '{"status":"ok","data":[],"transaction":0}'],
  [{ status: 'error', error: 'no' } as const, 'a1', '{"status":"error","error":"no","transaction":"a1"}'],
])('responsePayload %#', (response, transaction, expected) => {
  expect(responsePayload(response, transaction)).toBe(expected);
});
