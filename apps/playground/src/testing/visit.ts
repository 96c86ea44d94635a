import { launchChromium } from '@sensorium/testkit/chromium';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { drawings } from './drawings.js';
import { startSite, type Site } from './site.js';

/** For a page that waits for a model, on a machine that is busy. */
export const PATIENCE = 120_000;
/** For a test of several such waits. */
export const LONG = 300_000;

/** Visits of one suite: a site, a browser with a camera that is none, and a visitor for each test. */
export interface Visits {
  /** Of the site, isolated from other origins. */
  readonly address: string;
  /** The same below a path, without headers. */
  readonly plain: string;
  /** A page of a new visitor: an address, or a part of the site's, such as `#teach`. */
  page(options?: BrowserContextOptions, address?: string): Promise<Page>;
  /** Another page of the same visitor. */
  again(address: string): Promise<Page>;
}

export function useSite(): Visits {
  let site: Site;
  let browser: Browser;
  let context: BrowserContext | undefined;

  beforeAll(async () => {
    site = await startSite();
    browser = await launchChromium(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  afterEach(() => context?.close());

  const open = async (visitor: BrowserContext, address: string): Promise<Page> => {
    const page = await visitor.newPage();
    page.on('pageerror', (error) => expect.fail(`an error that nobody caught: ${error.message}`));
    await page.goto(new URL(address, site.isolated).href);
    return page;
  };
  return {
    get address() {
      return site.isolated;
    },
    get plain() {
      return site.plain;
    },
    async page(options = {}, address = '') {
      context = await browser.newContext({ acceptDownloads: true, ...options });
      context.setDefaultTimeout(PATIENCE);
      return open(context, address);
    },
    again: (address) => (context ? open(context, address) : expect.fail('nobody has visited the site yet')),
  };
}

/** Waits for an answer in the room that asks. */
export const answered = (page: Page): Promise<unknown> => page.waitForSelector('#ask-answer[aria-busy="false"] .label');

/** Waits for the end of a training. */
export const trained = (page: Page): Promise<void> => page.getByText(/^Trained on these/).waitFor();

/** A file that is called like a picture. */
export const broken = { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('not a picture at all') };

/** Names two kinds by colours, and gives each so many drawings of objects in that colour. */
export async function giveKinds(page: Page, count: number): Promise<void> {
  await page.waitForSelector('#teach:not([inert]) .kind:nth-child(2)');
  for (const [index, colour] of (['red', 'green'] as const).entries()) {
    const card = `.kind:nth-child(${index + 1})`;
    await page.fill(`${card} .kind-name`, colour);
    await chooseFiles(page, `${card} .pictures`, await drawings(colour, count, 'train'));
    await page.waitForSelector(`${card} .thumb:nth-child(${count})`);
  }
}

/** Presses a button that asks for files, and gives it some. */
export async function chooseFiles(
  page: Page,
  button: string,
  files: Parameters<Page['setInputFiles']>[1],
): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click(button)]);
  await chooser.setFiles(files);
}
