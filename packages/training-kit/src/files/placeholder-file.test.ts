import { expect, test } from 'vitest';
import { placeholderIn } from './placeholder-file.js';

const bytes = (text: string) => Buffer.from(text);

test('a pointer of Git LFS', () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n';
  expect(placeholderIn(bytes(pointer))).toBe(
    'a Git LFS pointer, not the file itself; run `git lfs pull` in the repository that it comes from',
  );
});

test.each([
  '<!DOCTYPE html><html><head><title>Sign in</title>',
  '\uFEFF\r\n  <html lang="en">',
  '<!-- served by a proxy -->\n<!doctype HTML>',
  '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">',
])('a web page: %j', (page) => {
  expect(placeholderIn(bytes(page))).toBe(
    'a web page, not the file itself; whatever fetched it got an error or a sign-in page. Fetch it again',
  );
});

test.each(['', 'version 2', '<svg xmlns="http://www.w3.org/2000/svg"/>', '{"a": "<html>"}', '\u00ff\u00d8\u00ff'])(
  'neither: %j',
  (content) => {
    expect(placeholderIn(bytes(content))).toBeUndefined();
  },
);
