// Wires the page: model in, image in, answer out.
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { fileOf, prepare, readImage } from './image.js';
import { classify, loadModel, type PageModel } from './model.js';
import { showAnswers, showModel, showStatus } from './page.js';

const drop = document.querySelector<HTMLLabelElement>('#drop')!;
const file = document.querySelector<HTMLInputElement>('#file')!;
const preview = document.querySelector('canvas')!;

async function start(): Promise<void> {
  const { searchParams } = new URL(location.href);
  await tf.setBackend(searchParams.get('backend') ?? 'webgl');
  const model = await loadModel(searchParams.get('model') ?? './model');
  showModel(model);
  drop.addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.classList.add('is-over');
  });
  drop.addEventListener('dragleave', () => {
    drop.classList.remove('is-over');
  });
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('is-over');
    void answer(model, event.dataTransfer?.files);
  });
  file.addEventListener('change', () => void answer(model, file.files));
  showStatus('ready');
}

async function answer(model: PageModel, files: FileList | null | undefined): Promise<void> {
  const image = fileOf(files);
  if (image === undefined) {
    showStatus('That is no image; drop a PNG, JPEG or WebP file.');
    return;
  }
  try {
    const prepared = prepare(await readImage(image), model.preparation, preview);
    const start = performance.now();
    const answers = await classify(model, prepared);
    showAnswers(answers.slice(0, 5));
    showStatus(`answered in ${(performance.now() - start).toFixed(0)} ms on ${tf.getBackend()}`);
  } catch (error) {
    showStatus(error instanceof Error ? error.message : String(error));
  }
}

start().catch((error: unknown) => {
  showStatus(error instanceof Error ? error.message : String(error));
});
