import { connect, createServer } from 'node:net';
import { freeAddresses } from 'tensorflow-runtime/cluster';
import { WorkersLost } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { rendezvous } from './rendezvous.js';

const note = () => undefined;

async function meet(indices: readonly number[], { count = 3, joinSeconds = 10 } = {}) {
  const [leader = ''] = await freeAddresses(1);
  const places = indices.map((index) => rendezvous({ chief: leader, index, count, joinSeconds, note }));
  return { leader, results: await Promise.allSettled(places) };
}

test('all get the whole list, in order of their indices, each with a port of its own; ports are free again', async () => {
  const { leader, results } = await meet([0, 2, 1]);
  const lists = results.map((result) => (result as PromiseFulfilledResult<string[]>).value);
  const [own, one = '', two = ''] = lists[0]!;
  expect(own).toBe(leader);
  for (const address of [one, two]) expect(address).toMatch(/^127\.0\.0\.1:2[2-4]\d\d$/);
  expect(one).not.toBe(two);
  expect(lists).toEqual([lists[0], lists[0], lists[0]]);
  for (const address of [leader, one, two]) await expect(isFree(address)).resolves.toBe(true);
});

function isFree(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => {
      resolve(false);
    });
    server.listen(Number(address.split(':')[1]), () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

test('who does not come is named', async () => {
  const { leader, results } = await meet([0, 1], { joinSeconds: 1 });
  expect(results[0]).toMatchObject({
    reason: new WorkersLost('Worker 2 of 3 did not come within 1 s (--join-timeout). Start all 3 again.'),
  });
  const reason: unknown = (results[1] as PromiseRejectedResult).reason;
  expect(reason).toBeInstanceOf(WorkersLost);
  expect(String(reason)).toContain(
    `Worker 1 did not get the list of workers from worker 0 at ${leader} within 1 s (--join-timeout): `,
  );
});

test('two workers of one index end all', async () => {
  const { results } = await meet([0, 1, 1], { joinSeconds: 2 });
  expect(results[0]).toMatchObject({ status: 'rejected' });
  expect(String((results[0] as PromiseRejectedResult).reason)).toContain('Two workers say that they are worker 1: ');
});

test('visitors who say something else, or far too much, change nothing', async () => {
  const [leader = ''] = await freeAddresses(1);
  const port = Number(leader.split(':')[1]);
  const meeting = rendezvous({ chief: leader, index: 0, count: 2, joinSeconds: 10, note });
  for (const text of [
    'GET / HTTP/1.1\r\n\r\n',
    '{"index":7,"port":1}\n',
    '{"index":1,"port":-1}\n',
    'x'.repeat(100_000),
  ]) {
    await new Promise((resolve) => {
      const visitor = connect(port, '127.0.0.1', () => visitor.write(text));
      visitor.on('error', () => undefined).on('close', resolve);
    });
  }
  const list = await rendezvous({ chief: leader, index: 1, count: 2, joinSeconds: 10, note });
  expect(list).toEqual([leader, expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
  await expect(meeting).resolves.toEqual(list);
});
