import { connect } from 'node:net';
import { freeAddresses } from 'tensorflow-runtime/cluster';
import { ConfigError } from 'training-kit/errors';
import { expect, test } from 'vitest';
import { rendezvous } from './rendezvous.js';

async function meet(indices: readonly number[], { count = 3, joinSeconds = 10 } = {}) {
  const [leader = '', ...own] = await freeAddresses(indices.length);
  const ports = own.map((address) => Number(address.split(':')[1]));
  const places = indices.map((index, i) =>
    rendezvous({ chief: leader, index, count, ownPort: ports[i - 1] ?? 1, joinSeconds }),
  );
  return { leader, ports, results: await Promise.allSettled(places) };
}

test('all get the whole list, in order of their indices; the port of worker 0 is free again', async () => {
  const { leader, ports, results } = await meet([0, 2, 1]);
  const addresses = [leader, `127.0.0.1:${ports[1]}`, `127.0.0.1:${ports[0]}`];
  expect(results).toEqual([0, 2, 1].map(() => ({ status: 'fulfilled', value: addresses })));
  await expect(freeAddresses(1)).resolves.toHaveLength(1);
});

test('who does not come is named', async () => {
  const { results } = await meet([0, 1], { joinSeconds: 1 });
  expect(results[0]).toMatchObject({
    reason: new ConfigError('cluster', 'Workers 2 of 3 did not come. Start them too, or give a longer --join-timeout.'),
  });
  expect(results[1]).toMatchObject({ status: 'rejected', reason: { name: 'ConfigError' } });
});

test('two workers of one index end all', async () => {
  const { results } = await meet([0, 1, 1], { joinSeconds: 2 });
  expect(results[0]).toMatchObject({ status: 'rejected' });
  expect(String((results[0] as PromiseRejectedResult).reason)).toContain('Two workers say that they are worker 1: ');
});

test('visitors who say something else, or far too much, change nothing', async () => {
  const [leader = '', own = ''] = await freeAddresses(2);
  const port = Number(leader.split(':')[1]);
  const meeting = rendezvous({ chief: leader, index: 0, count: 2, ownPort: 1, joinSeconds: 10 });
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
  const ownPort = Number(own.split(':')[1]);
  await rendezvous({ chief: leader, index: 1, count: 2, ownPort, joinSeconds: 10 });
  await expect(meeting).resolves.toEqual([leader, `127.0.0.1:${ownPort}`]);
});
