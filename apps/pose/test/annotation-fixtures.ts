// Small annotation files for tests, and a folder to put them in.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from 'training-kit/errors';
import { afterAll, expect } from 'vitest';

/** An empty folder that is gone after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pose-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** The message of the DataError that `work` ends in, with `folder` as DIR. */
export async function messageOf(work: Promise<unknown>, folder: string): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message.replaceAll(folder, 'DIR');
}

/** Joint i at (10 + i, 20 + 2i) of the file's own counting. */
export const places = Array.from({ length: 16 }, (_, i): [number, number] => [10 + i, 20 + 2 * i]);

/** The same, 0-based, from a file that counts from `firstPixel`. */
export function expectedJoints(firstPixel: number, missing: readonly number[] = []): number[] {
  return places.flatMap(([x, y], i) => (missing.includes(i) ? [0, 0] : [x - firstPixel, y - firstPixel]));
}

export function hrnetRecord(change: Record<string, unknown> = {}): Record<string, unknown> {
  return { image: 'a.jpg', center: [31, 41], scale: 0.5, joints: places, joints_vis: places.map(() => 1), ...change };
}

export function pytorchPoseRecord(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    dataset: 'MPI',
    img_paths: 'b.jpg',
    isValidation: 0,
    objpos: [31, 41],
    scale_provided: 0.5,
    joint_self: places.map(([x, y]) => [x, y, 1]),
    ...change,
  };
}
