// The pack of real annotations and images that developers keep beside the checkout; tests without it say so and pass.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const posePack = fileURLToPath(new URL('../../../../shared/data/pose_mpii', import.meta.url));
export const noData = existsSync(posePack) ? '' : ' (skipped: no data)';
