import { beforeAll, describe, expect, test } from 'vitest';
import { type ChildResult, runScript } from '../../test/child-process.js';
import { isTensorflowHere } from '../../test/native-here.js';
import { openCluster } from './cluster.js';
import { freeAddresses } from './free-addresses.js';
import { sumInReduceOrder } from './reduce-order.js';

/** Runs `body` at each worker, in a process of its own, and returns what it told of itself. */
async function workers(count: number, body: string): Promise<ChildResult[]> {
  const addresses = await freeAddresses(count);
  const script = (index: number) => `
    import { openCluster } from './dist/cluster/cluster.js';
    const index = ${index};
    const told = (value) => console.log(JSON.stringify(value));
    const cluster = await openCluster(${JSON.stringify({ addresses, index, heartbeatSeconds: 4, joinSeconds: 20 })});
    ${body}`;
  return Promise.all(addresses.map((_, index) => runScript(script(index))));
}

const told = ({ stdout }: ChildResult): unknown[] =>
  stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

describe.skipIf(!isTensorflowHere)('workers in processes of their own', () => {
  let three: ChildResult[];
  beforeAll(async () => {
    three = await workers(
      3,
      `const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i * (index + 1)));
       await cluster.allReduce(values);
       told([...values]);
       const given = Float32Array.of(index + 0.25, -index);
       await cluster.broadcast(given);
       told([...given]);
       await cluster.put('who/' + index, 'worker ' + index + ' ü');
       told(await cluster.get('who/' + ((index + 1) % 3), 5));
       told(await cluster.get('nobody', 0.2).catch((error) => [error.name, error.tensorflowCode]));
       await cluster.barrier('here', 5);
       await cluster.close();
       told([cluster.index, cluster.count]);`,
    );
  }, 60_000);

  test('sums have the same bits at all of them, those of sumInReduceOrder', () => {
    const vectors = [1, 2, 3].map((factor) => Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i * factor)));
    const expected = [...sumInReduceOrder(vectors)];
    for (const result of three) expect(told(result)[0]).toEqual(expected);
  });

  test('the leader gives its elements, keys are read by all, and all leave', () => {
    three.forEach((result, index) => {
      expect(result.code).toBe(0);
      expect(told(result).slice(1)).toEqual([
        [0.25, 0],
        `worker ${(index + 1) % 3} ü`,
        ['ClusterError', 4], // a deadline
        [index, 3],
      ]);
    });
  });

  test('the reason of a worker that gives up reaches the others; one that ends without a word is noticed', async () => {
    const results = await workers(
      3,
      `if (index === 2) { await cluster.report('No space left on device: runs/x'); process.kill(process.pid, 'SIGKILL'); }
       try { for (;;) await cluster.allReduce(new Float32Array(10)); } catch (error) { told(error.message); process.kill(process.pid, 'SIGKILL'); }`,
    );
    for (const result of results.slice(0, 2)) expect(told(result)[0]).toMatch(/No space left on device: runs\/x/);
    const killed = await workers(
      2,
      `if (index === 1) process.kill(process.pid, 'SIGKILL');
       try { for (;;) await cluster.allReduce(new Float32Array(10)); } catch (error) { told(error.message); process.kill(process.pid, 'SIGKILL'); }`,
    );
    expect(told(killed[0]!)[0]).toMatch(/task:1|refused|UNAVAILABLE|closed/);
  }, 60_000);
});

test('a spec that cannot be is refused before anything is opened', async () => {
  const spec = { addresses: ['a:1', 'b:2'], index: 0, heartbeatSeconds: 5, joinSeconds: 5 };
  const refused = async (change: object) => {
    await expect(openCluster({ ...spec, ...change })).rejects.toThrow(RangeError);
  };
  await refused({ addresses: ['a:1'] });
  await refused({ index: 2 });
  await refused({ addresses: ['a:1', 'b'] });
  await refused({ addresses: ['a:1', 'unix:/tmp/x'] });
  await refused({ heartbeatSeconds: 0 });
  await refused({ joinSeconds: Number.NaN });
});
