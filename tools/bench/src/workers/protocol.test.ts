import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRequest, parseReply, parseRequest, type Request } from './protocol.js';

test('requests survive the way', () => {
  for (const request of ['warmup', 'step', 'quit'] satisfies Request[]) {
    expect(encodeRequest(request).endsWith('\n')).toBe(true);
    expect(parseRequest(encodeRequest(request))).toBe(request);
  }
});

test('the three replies are read', () => {
  expect(parseReply('{"reply":"ready","numParameters":3,"facts":{"torch":"2.15.0","threads":2}}')).toEqual({
    reply: 'ready',
    numParameters: 3,
    facts: { torch: '2.15.0', threads: 2 },
  });
  expect(parseReply('{"reply":"done","timeMs":12.5,"value":4.6}')).toEqual({ reply: 'done', timeMs: 12.5, value: 4.6 });
  expect(parseReply('{"reply":"error","message":"no"}')).toEqual({ reply: 'error', message: 'no' });
});

test.each([
  '',
  'Warning: a library prints',
  '{"reply":"done"',
  '{"reply":"done","timeMs":0,"value":1}',
  '{"reply":"done","timeMs":"12","value":1}',
  '{"reply":"late"}',
  '[]',
  'null',
  '12',
])('%j is no reply', (line) => {
  expect(parseReply(line)).toBeUndefined();
});

test('no line makes the readers throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (line) => {
      const reply = parseReply(line);
      if (reply !== undefined) expect(['ready', 'done', 'error']).toContain(reply.reply);
      expect(['warmup', 'step', 'quit', undefined]).toContain(parseRequest(line));
    }),
  );
});
