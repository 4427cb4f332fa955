// Shares in percent, as people read them.

/** `0.8611` as `86.1 %`, with `digits` behind the point; a dash where there is nothing to say. */
export function percent(share: number | null | undefined, digits = 1): string {
  return share === null || share === undefined ? '–' : `${(100 * share).toFixed(digits)} %`;
}
