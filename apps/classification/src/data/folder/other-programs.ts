// Folders and files that other programs put among one's images: thumbnails of network disks, bins, notes of file managers.
// Names that begin with a dot need no place here: they are passed over anyway.

/** In small letters. Only names that nobody gives to a class. */
const names: ReadonlySet<string> = new Set([
  ...['@eadir', '@recycle', '@recently-snapshot', '@tmp', '@sharebin', '#recycle', '#snapshot', '~snapshot'],
  ...['lost+found', '$recycle.bin', 'system volume information', 'network trash folder', 'temporary items'],
  ...['__macosx', '__pycache__', 'thumbs.db', 'ehthumbs.db', 'desktop.ini'],
]);

/** True for the name of a folder or file of another program. */
export function isOfOtherProgram(name: string): boolean {
  return names.has(name.toLowerCase()) || /^synophoto_thumb_/i.test(name);
}
