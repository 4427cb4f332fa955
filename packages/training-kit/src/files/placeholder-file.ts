// Files that stand where another should be: a pointer of Git LFS that was never replaced, a web page that a download got
// instead of its file. Both have the right name, and look damaged to every reader.

/** Enough of a file's beginning to know it by. */
export const HEAD_BYTES = 1024;

/**
 * What `head`, the beginning of a file, is instead of the file wanted, and what to do, as the end of a sentence that
 * begins with "it is"; undefined when it is neither.
 */
export function placeholderIn(head: Uint8Array): string | undefined {
  const start = textOf(head);
  if (start.startsWith('version https://git-lfs.')) {
    return 'a Git LFS pointer, not the file itself; run `git lfs pull` in the repository that it comes from';
  }
  if (start.startsWith('<') && /<!doctype html|<html/.test(start)) {
    return 'a web page, not the file itself; whatever fetched it got an error or a sign-in page. Fetch it again';
  }
  return undefined;
}

/** The beginning as text, in small letters, without what may stand before its first word. */
export function textOf(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES)).toString('utf8');
  return text.replace(/^[\uFEFF\s]+/, '').toLowerCase();
}
