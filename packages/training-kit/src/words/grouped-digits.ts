// Large counts as a reader takes them in.

/** 153700000 -> `153 700 000`. @param count whole, at least 0 */
export function groupedDigits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
