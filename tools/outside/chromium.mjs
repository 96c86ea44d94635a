import { chromium } from 'playwright-core';

/** Milliseconds, for busy machines. */
const PATIENCE = 120_000;

/** Opens a page in Chromium, and closes the browser when the work with it is done. */
export async function onPage(address, work) {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic'],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(address);
    return await work(page);
  } finally {
    await browser.close();
  }
}
