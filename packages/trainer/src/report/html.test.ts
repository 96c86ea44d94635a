import { expect, it } from 'vitest';
import { clip, html } from './html.js';

it('escapes what is interpolated, in elements and in attributes', () => {
  const text = `<b title="x">'&`;
  expect(html`<p title="${text}">${text}</p>`.markup).toBe(
    '<p title="&#60;b title=&#34;x&#34;&#62;&#39;&#38;">&#60;b title=&#34;x&#34;&#62;&#39;&#38;</p>',
  );
});

it('takes its own pieces and lists of them as markup, and nothing for nothing', () => {
  const items = ['<', '>'].map((item) => html`<i>${item}</i>`);
  expect(html`<p>${items}${undefined}${false}${0}${''}</p>`.markup).toBe('<p><i>&#60;</i><i>&#62;</i>0</p>');
});

it('is not deceived by objects that look like markup', () => {
  const forged = { markup: '<script>' } as unknown as string;
  expect(() => html`${forged}`.markup).toThrow();
});

it('replaces control characters, and keeps tabs and line breaks', () => {
  expect(html`${'a\u0000b\u001bc\td\n'}`.markup).toBe('a\ufffdb\ufffdc\td\n');
});

it('says how much it clips', () => {
  expect(clip('abc', 3)).toBe('abc');
  expect(clip('x'.repeat(1240), 6)).toBe('xxxxxx… (1,234 characters more)');
});
