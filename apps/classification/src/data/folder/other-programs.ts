// Folders and files that other programs put among one's images: thumbnails of network disks, bins, notes of file managers.
// Names that begin with a dot need no place here: they are passed over anyway.

/** In small letters. Only names that nobody gives to a class. */
const names: ReadonlySet<string> = new Set([
  ...['@eadir', '@recycle', '@recently-snapshot', '@tmp', '@sharebin', '#recycle', '#snapshot', '~snapshot'],
  ...['lost+found', '$recycle.bin', 'system volume information', 'network trash folder', 'temporary items'],
  ...['__macosx', '__pycache__', 'thumbs.db', 'ehthumbs.db', 'desktop.ini'],
]);

/** What a folder or file of another program is counted as; undefined for all other names. */
export function otherProgramOf(name: string): string | undefined {
  if (/^synophoto_thumb_/i.test(name)) return 'SYNOPHOTO_THUMB'; // of each size one
  return names.has(name.toLowerCase()) ? name : undefined;
}
