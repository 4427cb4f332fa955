// Tells tfjs-node-gpu where its addon is. It asks node-pre-gyp, which would answer with a file inside node_modules; that
// folder may be read-only, or shared by users with caches of their own, so nothing is written there.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { tfjsNodeFolder } from '../provision/addon-build.js';

/** The part of @mapbox/node-pre-gyp that is asked; other packages with addons may ask it too. */
interface PreGyp {
  find: (packageFile: string, ...rest: unknown[]) => string;
}

/** From now on `require('@tensorflow/tfjs-node-gpu')` of this thread loads `addon`; other packages find their own. */
export function answerWith(addon: string, folder: string = tfjsNodeFolder()): void {
  const packageFile = join(folder, 'package.json');
  const preGyp = createRequire(packageFile)('@mapbox/node-pre-gyp/lib/pre-binding.js') as PreGyp;
  const find = preGyp.find.bind(preGyp);
  preGyp.find = (asked, ...rest) => (resolve(asked) === packageFile ? addon : find(asked, ...rest));
}
