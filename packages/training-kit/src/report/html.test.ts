import { expect, test } from 'vitest';
import { countOf, escapeHtml, formatNumber, pageFrame } from './html.js';

test('text becomes harmless between tags and in attributes', () => {
  expect(escapeHtml(`<img src=x onerror="a('b')">&amp;`)).toBe(
    '&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;amp;',
  );
});

test('characters that XML forbids are dropped, others kept', () => {
  expect(escapeHtml('a\u0000b\u001bc\td\ne\ud800f\uffff 猫 🐈')).toBe('abc\td\nef 猫 🐈');
});

test.each([
  [0, '0'],
  [-3, '−3'],
  [999, '999'],
  [11173962, '11\u202f173\u202f962'],
  [0.123456, '0.1235'],
  [1234.567, '1\u202f235'],
  [12345.6, '12\u202f346'],
  [0.5, '0.5'],
  [3.2e-7, '3.20e−7'],
  [NaN, 'NaN'],
  [-Infinity, '−∞'],
])('writes %d as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test('counts with their noun', () => {
  expect([countOf(1, 'point'), countOf(1000, 'point')]).toEqual(['1 point', '1\u202f000 points']);
});

test('the page escapes its title and forbids every request', () => {
  const page = pageFrame('</title><script>', '<p>body</p>');
  expect(page).toContain('<title>&lt;/title&gt;&lt;script&gt;</title>');
  expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
});
