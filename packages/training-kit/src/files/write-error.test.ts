import { expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { writeError, writeErrorOfRepeatable } from './write-error.js';

const failure = (code: string) => Object.assign(new Error(`${code}: said the system`), { code });

test.each([
  { code: 'ENOSPC', says: /^Cannot write a\/b: the disk is full\. Free some space and go on with --resume;/ },
  { code: 'EDQUOT', says: /^Cannot write a\/b: the disk quota is used up\. Free some space and go on with --resume;/ },
  { code: 'ENOENT', says: /^Cannot write a\/b: its folder does not exist\./ },
  { code: 'EACCES', says: /^Cannot write a\/b: no permission\. Make its folder writable, or choose another folder\.$/ },
  { code: 'EROFS', says: /^Cannot write a\/b: the file system is read-only\. Choose another folder\.$/ },
  { code: 'EIO', says: /^Cannot write a\/b: EIO: said the system$/ },
])('$code in a run', ({ code, says }) => {
  const cause = failure(code);
  const error = writeError('a/b', cause);
  expect(error.message).toMatch(says);
  expect([error instanceof DataError, error.file, error.cause]).toEqual([true, 'a/b', cause]);
});

test.each([
  { code: 'ENOSPC', why: 'the disk is full' },
  { code: 'EPERM', why: 'no permission' },
  { code: 'ENOENT', why: 'there is no such file or folder' },
  { code: 'EIO', why: 'EIO: said the system' },
])('$code in a command that can be run again', ({ code, why }) => {
  expect(writeErrorOfRepeatable('a/b', failure(code)).message).toBe(
    `Cannot write a/b: ${why}.\nMend that and run the same command again: what is finished is not done twice.`,
  );
});
