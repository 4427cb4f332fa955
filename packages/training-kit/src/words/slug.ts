// A title as part of a file's name.

/** `validation-loss`: small letters, digits and hyphens. @param otherwise where the title has none of them */
export function slugOf(title: string, maxLength: number, otherwise: string): string {
  const slug = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, maxLength)
    .replaceAll(/^-+|-+$/g, '');
  return slug === '' ? otherwise : slug;
}
