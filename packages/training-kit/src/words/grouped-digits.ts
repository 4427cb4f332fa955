// Large counts with their digits in groups of three.

/** 153700000 -> `153 700 000`. @param count whole, at least 0 */
export function groupedDigits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
