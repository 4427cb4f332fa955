// What the page shows. Texts go in as text, never as markup.
import type { PageModel } from './model.js';

const element = (id: string): HTMLElement => document.getElementById(id)!;

/** Class names and the size of the download beside that of the plain network. */
export function showModel({ classNames, downloadBytes, plainBytes, isPreparationKnown }: PageModel): void {
  element('about').textContent =
    `This network tells ${classNames.join(', ')}. Its weights were generated in this page from one vector.` +
    (isPreparationKnown
      ? ''
      : ' An older version exported it, without how images are prepared: it is shown the middle square.');
  const rows = [
    ['this model', kilobytes(downloadBytes)],
    ['the plain network, as float32', kilobytes(plainBytes)],
    ['share', `${((100 * downloadBytes) / plainBytes).toFixed(1)} %`],
  ];
  element('sizes').replaceChildren(...rows.flatMap(([name, value]) => [textIn('dt', name!), textIn('dd', value!)]));
}

/** One row a class: name, bar, share. */
export function showAnswers(answers: readonly { name: string; probability: number }[]): void {
  element('answers').replaceChildren(
    ...answers.map(({ name, probability }) => {
      const row = document.createElement('li');
      const bar = document.createElement('span');
      bar.className = 'bar';
      bar.style.width = `${100 * probability}%`;
      const share = textIn('span', `${(100 * probability).toFixed(1)} %`);
      share.className = 'share';
      row.append(textIn('span', name), bar, share);
      return row;
    }),
  );
}

export function showStatus(text: string): void {
  element('status').textContent = text;
}

function textIn(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
