import { expect, test } from 'vitest';
import { type ClusterSpec, serverDef, sessionConfig, taskName } from './server-def.js';

const spec: ClusterSpec = { addresses: ['a:1', 'b:2'], index: 1, heartbeatSeconds: 30, joinSeconds: 2.5 };

test('the server of a worker, field by field', () => {
  const hex = (text: string) => Buffer.from(text).toString('hex');
  const task0 = `12051203${hex('a:1')}`; // the key 0 is the default, which is left out
  const task1 = `120708011203${hex('b:2')}`;
  const job = `0a06${hex('worker')}${task0}${task1}`;
  const jobLength = (8 + 7 + 9).toString(16).padStart(2, '0');
  const cluster = `0a${(2 + 8 + 7 + 9).toString(16)}0a${jobLength}${job}`;
  const expected = `${cluster}1206${hex('worker')}1801`;
  const found = Buffer.from(serverDef(spec)).toString('hex');
  expect(found.slice(0, expected.length)).toBe(expected);
  expect(found.endsWith(`2a04${hex('grpc')}`)).toBe(true);
});

test('both configurations hold the leader, the heartbeat in milliseconds, and how many there are', () => {
  const config = Buffer.from(sessionConfig(spec));
  expect(Buffer.from(serverDef(spec)).includes(config)).toBe(true);
  expect(config.includes(Buffer.from(`standalone`))).toBe(true);
  expect(config.includes(Buffer.from('28b0ea01', 'hex'))).toBe(true); // field 5: 30,000
  expect(config.includes(Buffer.from('20c413', 'hex'))).toBe(true); // field 4: 2,500
  expect(taskName(0)).toBe('/job:worker/replica:0/task:0');
});
