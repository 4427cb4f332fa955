// The pack of real frames that developers keep beside the checkout; tests without it say so and pass.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const framePack = fileURLToPath(new URL('../../../../shared/data/rgbd_2d3ds', import.meta.url));
export const noData = existsSync(framePack) ? '' : ' (skipped: no data)';
