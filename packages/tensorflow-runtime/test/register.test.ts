// Programs that know nothing of this package, started with it in front.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runNode } from './child-process.js';
import { isTensorflowHere } from './native-here.js';
import { temporaryFolder } from './temporary-folder.js';

// Where nothing is installed: what is asked for can come from this package alone.
const folder = temporaryFolder();
const program = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const started = (file: string, way = '--import') => runNode([way, './dist/register.js', file]);

test.skipIf(!isTensorflowHere)('require, of both names and of a file inside', async () => {
  const file = program(
    'a.cjs',
    `const tf = require('@tensorflow/tfjs-node');
     const same = tf === require('@tensorflow/tfjs-node-gpu');
     console.log(same, tf.getBackend(), require('@tensorflow/tfjs-node/package.json').version);`,
  );
  expect(await started(file)).toMatchObject({ code: 0, stdout: 'true tensorflow 4.22.0\n' });
});

test.skipIf(!isTensorflowHere)('import, named and default, static and later', async () => {
  const file = program(
    'b.mjs',
    `import * as tf from '@tensorflow/tfjs-node';
     import other from '@tensorflow/tfjs-node-gpu';
     const { default: again } = await import('@tensorflow/tfjs-node');
     console.log(tf.getBackend(), typeof tf.node.decodeImage, again === other);`,
  );
  expect(await started(file)).toMatchObject({ code: 0, stdout: 'tensorflow function true\n' });
});

test.skipIf(!isTensorflowHere)('in front by -r, which leaves it to others how a program is loaded', async () => {
  const text = `console.log(typeof module, require('@tensorflow/tfjs-node').getBackend());`;
  const end = await started(program('e.js', text), '-r');
  expect(end).toMatchObject({ code: 0, stdout: 'object tensorflow\n' });
});

test.skipIf(!isTensorflowHere)('an older TensorFlow.js beside it is not mixed in', async () => {
  const own = join(folder, 'node_modules', '@tensorflow', 'tfjs');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'index.js'), 'module.exports = { version: "3" };');
  const file = program('f.cjs', `console.log(require('@tensorflow/tfjs').version['tfjs-core']);`);
  expect(await started(file)).toMatchObject({ code: 0, stdout: '4.22.0\n' });
});

test.skipIf(!isTensorflowHere)('other packages are found as ever', async () => {
  const own = join(folder, 'node_modules', 'tfjs-node');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'index.js'), 'module.exports = 7;');
  const file = program('c.cjs', `console.log(require('tfjs-node'), typeof require('node:fs').existsSync);`);
  expect(await started(file)).toMatchObject({ code: 0, stdout: '7 function\n' });
});

test.skipIf(!isTensorflowHere)('a program that saves, loads and logs as tfjs-node does', async () => {
  const file = program(
    'd.cjs',
    `const tf = require('@tensorflow/tfjs-node');
     (async () => {
       const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
       model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
       const x = tf.ones([4, 2]);
       await model.fit(x, tf.ones([4, 1]), { epochs: 1, verbose: 0, callbacks: tf.node.tensorBoard('${folder}/logs') });
       await model.save('file://${folder}/model');
       const loaded = await tf.loadLayersModel('file://${folder}/model/model.json');
       const difference = tf.max(tf.abs(tf.sub(model.predict(x), loaded.predict(x)))).dataSync()[0];
       const png = await tf.node.encodePng(tf.ones([2, 2, 3], 'int32'));
       console.log(difference, tf.node.decodeImage(png).shape.join(), require('fs').readdirSync('${folder}/logs').length > 0);
     })();`,
  );
  expect(await started(file)).toMatchObject({ code: 0, stdout: '0 2,2,3 true\n' });
});
