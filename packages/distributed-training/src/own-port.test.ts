import { expect, test } from 'vitest';
import { FIRST_PORT, holdPort } from './own-port.js';

test('a port that is held is nobody else’s, and free again once it is released', async () => {
  const one = await holdPort(1);
  const two = await holdPort(1);
  expect(one.port).toBeGreaterThanOrEqual(FIRST_PORT);
  expect(two.port).toBeGreaterThan(one.port);
  await two.release();
  const again = await holdPort(1);
  expect(again.port).toBe(two.port);
  await Promise.all([one.release(), again.release()]);
});

test('worker 0’s port is left to it', async () => {
  const one = await holdPort(1);
  await one.release();
  const other = await holdPort(one.port);
  expect(other.port).toBeGreaterThan(one.port);
  await other.release();
});
