import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { Browser } from '../../scripts/validate/browser.ts';
import { presets } from '../../values/presets.ts';
import { Application } from '../support/application.ts';
import { buildImages } from '../support/build-images.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../coverage/screenshots/', import.meta.url));
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };

/** One after the other, as somebody uses it: each begins where the one before has ended. */
describe('somebody', () => {
  let application: Application;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    const { images } = await buildImages(presets);
    const idOf = (name: string) => images.find((image) => image.name === name)!.id;
    application = await Application.start({ backend: idOf('backend'), frontend: idOf('frontend') });
    browser = await Browser.open(DESKTOP);
    page = await browser.context.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(application.url);
  });
  afterAll(async () => {
    await browser?.close();
    await application?.close();
  });

  test('makes an account and sees an empty list', async () => {
    await signUp(page, 'ada@example.com', 'Ada');

    await page.getByRole('heading', { name: 'Nothing to do' }).waitFor();
    await screenshots('empty');
  });

  test('adds a todo by the form', async () => {
    const form = page.getByRole('form', { name: 'Add a todo' });
    await form.getByPlaceholder('What is there to do?').fill('Water the plants');
    await form.getByPlaceholder('What is there to do?').press('Enter');

    await checkbox('Water the plants').waitFor();
  });

  test('adds a todo by chat, and the list shows it', async () => {
    await say('add pay the rent tomorrow !high');

    await checkbox(/pay the rent/i).waitFor();
    expect(
      await page
        .getByRole('listitem')
        .filter({ hasText: /pay the rent/i })
        .innerText(),
    ).toMatch(/tomorrow[\s\S]*high|high[\s\S]*tomorrow/i);
    await screenshots('list');
  });

  test('completes one, and the filters tell open from done', async () => {
    await checkbox('Water the plants').click();
    await eventuallyTodos([/pay the rent/i, /Water the plants/]);

    await page.getByRole('radio', { name: 'Done' }).check();
    await eventuallyTodos([/Water the plants/]);
    await page.getByRole('radio', { name: 'Open' }).check();
    await eventuallyTodos([/pay the rent/i]);
    await page.getByRole('radio', { name: 'All' }).check();
  });

  test('searches', async () => {
    await page.getByRole('searchbox', { name: 'Search your todos' }).fill('plants');
    await eventuallyTodos([/Water the plants/]);

    await page.getByRole('searchbox', { name: 'Search your todos' }).fill('');
    await eventuallyTodos([/pay the rent/i, /Water the plants/]);
  });

  test('finds everything again after a reload', async () => {
    await page.reload();

    await eventuallyTodos([/pay the rent/i, /Water the plants/]);
    expect(await checkbox('Water the plants').isChecked()).toBe(true);
    await page.getByText('add pay the rent tomorrow !high').waitFor();
  });

  test('is told that the server is away, and goes on when it is back, without a reload', async () => {
    expect(complaints.splice(0).filter((complaint) => !/401/.test(complaint))).toEqual([]);
    await page.evaluate('window.sameDocument = true');
    await application.stop('backend');
    const form = page.getByRole('form', { name: 'Add a todo' });
    await form.getByPlaceholder('What is there to do?').fill('Call the bank');
    await form.getByPlaceholder('What is there to do?').press('Enter');
    const banner = page.getByRole('button', { name: /Try now|Trying/ });
    await banner.waitFor();
    await screenshots('server-away');

    await application.startAgain('backend');

    await banner.waitFor({ state: 'detached', timeout: 90_000 });
    if ((await todos()).every((text) => !/Call the bank/.test(text)))
      await form.getByRole('button', { name: 'Add', exact: true }).click();
    await checkbox('Call the bank').waitFor();
    expect(await page.evaluate('window.sameDocument')).toBe(true);
    expect(complaints.splice(0).filter((complaint) => !/50[234]|Failed to load resource/.test(complaint))).toEqual([]);
  });

  test('logs out, and somebody else sees nothing of it', async () => {
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Welcome to Todo' }).waitFor();
    await screenshots('log-in');

    await signUp(page, 'grace@example.com', 'Grace');

    await page.getByRole('heading', { name: 'Nothing to do' }).waitFor();
    expect(await todos()).toEqual([]);
    expect(await page.getByText(/pay the rent/i).count()).toBe(0);
  });

  test('logs in again, and has everything', async () => {
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Log in' }).first().click();

    await eventuallyTodos([/Call the bank/, /pay the rent/i, /Water the plants/]);
  });

  test('is never complained about by the browser, but for the answer that nobody is logged in', () => {
    expect(complaints.filter((complaint) => !/401 \(/.test(complaint))).toEqual([]);
  });

  test('leaves no error in the logs of the frontend', async () => {
    expect(
      (await application.log('frontend')).split('\n').filter((line) => /EROFS|EACCES|TypeError|unhandled/i.test(line)),
    ).toEqual([]);
  });

  const checkbox = (title: string | RegExp) =>
    page.getByRole('checkbox', { name: title instanceof RegExp ? title : `Done: ${title}` });

  const todos = () => page.locator('ul.todos > li').allInnerTexts();

  /** Waits until the list has exactly todos like these, in this order. */
  async function eventuallyTodos(expected: readonly RegExp[]): Promise<void> {
    const end = Date.now() + 60_000;
    for (;;) {
      const texts = await todos();
      if (texts.length === expected.length && expected.every((each, i) => each.test(texts[i]!))) return;
      if (Date.now() > end) throw new Error(`the list has ${JSON.stringify(texts)}; expected ${expected.join(', ')}`);
      await page.waitForTimeout(100);
    }
  }

  async function say(text: string): Promise<void> {
    await page.getByPlaceholder('Message the assistant').fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
  }

  /** Pictures to look at; nothing may be wider than the window. */
  async function screenshots(name: string): Promise<void> {
    for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.screenshot({ path: `${SCREENSHOTS}${name}-${size}-${colorScheme}.png` });
      }
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
    }
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  }
});

async function signUp(page: Page, email: string, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByLabel(/^Name/).fill(name);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign up' }).first().click();
}
