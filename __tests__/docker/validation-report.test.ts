import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { Browser } from '../../scripts/validate/browser.ts';
import { writeReport } from '../../scripts/validate/report/write-report.ts';
import { exampleReport } from '../support/example-report.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../coverage/screenshots/', import.meta.url));
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };

let directory: TemporaryDirectory;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
const requests: string[] = [];

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  directory = await TemporaryDirectory.create();
  await writeReport(directory.path, exampleReport());
  browser = await Browser.open(DESKTOP);
  page = await browser.context.newPage();
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(join(directory.path, 'report.html')).href);
});
afterAll(async () => {
  await browser?.close();
  await directory?.remove();
});

test('the page comes from one file, without a complaint of the browser', () => {
  expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([expect.stringMatching(/^file:.*report\.html$/)]);
  expect(complaints).toEqual([]);
});

test('what a container has written is a text', async () => {
  expect(await page.locator('script').count()).toBe(0);
  expect(await page.getByText('<script>alert("x")</script>').first().isVisible()).toBe(true);
});

test.each([
  ['desktop', DESKTOP, 'light'],
  ['desktop-dark', DESKTOP, 'dark'],
  ['phone', PHONE, 'light'],
  ['phone-dark', PHONE, 'dark'],
] as const)(
  'on a %s nothing is wider than the screen, and each chart is there once',
  async (name, size, colorScheme) => {
    await page.setViewportSize(size);
    await page.emulateMedia({ media: 'screen', colorScheme });

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(size.width);
    expect(await page.locator('svg:visible').count()).toBe(2 * (2 + 4));
    await page.screenshot({ path: join(SCREENSHOTS, `report-${name}.png`), fullPage: true });
  },
);

test.each(['light', 'dark'] as const)('letters and lines stand out from a %s page', async (colorScheme) => {
  await page.emulateMedia({ media: 'screen', colorScheme });

  const contrasts = await page.evaluate(CONTRASTS);

  expect(Object.keys(contrasts as object)).toEqual(['--text', '--muted', '--good', '--bad']);
  for (const contrast of Object.values(contrasts as Record<string, number>)) expect(contrast).toBeGreaterThan(4.5);
});

test('letters of the charts are large enough on a phone', async () => {
  await page.setViewportSize(PHONE);

  const heights = await page
    .locator('svg:visible text')
    .evaluateAll((texts) =>
      texts.map((text) => (text as unknown as Drawn).getScreenCTM()).map(({ a, b }) => Math.hypot(a, b) * 11),
    );

  expect(Math.min(...heights)).toBeGreaterThan(9);
});

test('on paper it is light, and shows what is folded on the screen', async () => {
  await page.setViewportSize({ width: 718, height: 1000 });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });

  const [text] = (await page.evaluate('[getComputedStyle(document.body).color]')) as [string];
  expect(text).toBe('rgb(28, 33, 40)');
  expect(await page.getByText('backend sha256:b1b1b1b1: 187 MB of 250 MB').isVisible()).toBe(true);
  expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
});

test('an XML parser reads the JUnit report', async () => {
  const xml = await readFile(join(directory.path, 'junit.xml'), 'utf8');

  const read = await page.evaluate(
    `(() => {
      const document = new DOMParser().parseFromString(${JSON.stringify(xml)}, 'application/xml');
      const cases = [...document.querySelectorAll('testsuites > testsuite > testcase')];
      return {
        error: document.querySelector('parsererror')?.textContent ?? null,
        names: cases.map((each) => each.getAttribute('name')),
        failed: cases.filter((each) => each.querySelector('failure')).map((each) => each.textContent.trim().split('\\n')[4]),
      };
    })()`,
  );

  expect(read).toEqual({
    error: null,
    names: exampleReport().gates.map(({ number, name }) => `${number} ${name}`),
    failed: [`> a|b <script>alert("x")</script> & 'q' \`tick\` *star* _low_ ��red �😀`],
  });
});

interface Drawn {
  getScreenCTM(): { readonly a: number; readonly b: number };
}

/** Of each colour against the card that it stands on. @see https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio */
const CONTRASTS = `(() => {
  const style = getComputedStyle(document.documentElement);
  const luminance = (name) => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = style.getPropertyValue(name);
    const parts = getComputedStyle(probe).color.match(/\\d+/g).map((part) => part / 255);
    probe.remove();
    const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const card = luminance('--card');
  return Object.fromEntries(['--text', '--muted', '--good', '--bad'].map((name) => [name, contrast(luminance(name), card)]));
})()`;
