import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { DoubleOptInView } from '../../shared/contract/double-opt-ins.ts';
import { channelGroups, PreferenceLinks } from '../../shared/contract/preferences.ts';
import { channels } from '../../shared/contract/vocabulary.ts';
import { formatInstant, HOUR_MS, MINUTE_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { sendRaw } from '../support/http-client.ts';
import { manualClock } from '../support/manual-clock.ts';
import { countStored } from '../support/stored.ts';
import {
  checkOf,
  consent,
  CONTROLLER,
  controllerSettings,
  permitted,
  type Identifiers,
  type Submission,
} from '../support/submissions.ts';

/*
 * The preference page: what somebody gets, and the parts that they can end. It narrows and never
 * widens, and people use it with a keyboard, a screen reader or a telephone, without any script.
 */

const clock = manualClock(Date.parse('2026-11-18T09:00:00Z'));
let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ clock });
  await home.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, controllerSettings());
});

afterAll(() => home.close());

let people = 0;

/** Somebody who gets two newsletters by e-mail, one of them also by text message. */
async function newPerson() {
  people++;
  const person = {
    id: `reader-${people}`,
    email: `reader-${people}@example.org`,
    phone: `+49 30 23125 ${String(people).padStart(3, '0')}`,
  };
  const travel = consent(person, {
    consentId: 'c-2',
    channels: ['EMAIL'],
    purposes: ['newsletter.travel'],
  });
  const events = [...permitted(person), travel];
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length });
  return person;
}

async function linkOf(recipient: Identifiers, more: Submission = {}) {
  const body = { controller: CONTROLLER, channel: 'EMAIL', recipients: [recipient], ...more };
  const reply = await home.call('consent-source', 'POST', '/v1/preference-links', body);
  return new URL(PreferenceLinks.parse(reply.body).links[0]?.url ?? '').pathname;
}

async function codesOf(recipient: Identifiers, more: Submission = {}) {
  const schedule = {
    sendFrom: formatInstant(clock.now()),
    sendUntil: formatInstant(clock.now() + HOUR_MS),
  };
  const body = checkOf([recipient], { schedule, ...more });
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
  const [decision] = DecisionList.parse(reply.body).decisions;
  return [decision?.basis, ...(decision?.reasons.map(({ code }) => code) ?? [])];
}

const html = { accept: 'text/html' };

function show(path: string, headers: Readonly<Record<string, string>> = html) {
  return sendRaw(home.url, { method: 'GET', path, headers });
}

/** Sends the form as a browser does. */
function submit(path: string, fields: Readonly<Record<string, string>>) {
  const body = new URLSearchParams({ form: 'preferences', ...fields }).toString();
  const headers = { ...html, 'content-type': 'application/x-www-form-urlencoded' };
  return sendRaw(home.url, { method: 'POST', path, headers, body });
}

/** The name under which the page offers to end a purpose. */
async function fieldOf(path: string, purpose: string): Promise<string> {
  const { text } = await show(path);
  return new RegExp(`name="(purpose-\\d+)" value="${purpose}"`).exec(text)?.[1] ?? '';
}

describe('the preference page', () => {
  it('shows what somebody gets, and neither their address nor their number', async () => {
    const person = await newPerson();
    const { text, headers } = await show(await linkOf(person));
    expect(headers['content-language']).toBe('de');
    for (const part of ['Acme GmbH', 'newsletter.fashion', 'newsletter.travel', 'E-Mail, SMS']) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/@|example\.org|reader-\d|23125|<script|checked/);
  });

  it('puts first what the message was about', async () => {
    const path = await linkOf(await newPerson(), { purpose: 'newsletter.travel' });
    const { text } = await show(path);
    expect(text.indexOf('newsletter.travel')).toBeLessThan(text.indexOf('newsletter.fashion'));
  });

  it.each([
    ['de', '?lang=de', 'en'],
    ['en', '?lang=en', 'de'],
    ['en', '', 'en-US,en;q=0.9'],
    ['de', '', 'de-CH'],
    ['de', '?utm_medium=email', 'fr'],
  ])('is in `%s` with `%s` for a browser that wants `%s`', async (language, query, wanted) => {
    const path = await linkOf({ email: 'reader@example.org' });
    const reply = await show(`${path}${query}`, { ...html, 'accept-language': wanted });
    expect(reply.headers['content-language']).toBe(language);
    expect(reply.text).toContain(`<html lang="${language}">`);
    const other = language === 'de' ? 'en' : 'de';
    expect(reply.text).toContain(`href="?lang=${other}" lang="${other}"`);
  });

  it('has every channel in one group', () => {
    const grouped = channelGroups.flatMap((group): readonly string[] => group.channels);
    expect(grouped.toSorted()).toEqual([...channels].toSorted());
  });
});

describe('its form', () => {
  it('ends one purpose and leaves the other', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    const field = await fieldOf(path, 'newsletter.fashion');
    const reply = await submit(path, { [field]: 'newsletter.fashion' });
    expect(reply.status).toBe(200);
    expect(reply.text).toContain('newsletter.fashion');
    expect(await codesOf(person)).toEqual([null, 'D_CONSENT_WITHDRAWN']);
    expect(await codesOf(person, { channel: 'SMS' })).toContain('D_CONSENT_WITHDRAWN');
    const travel = { purpose: 'newsletter.travel' };
    expect(await codesOf(person, travel)).toEqual(['A_CONSENT_VALID']);
    const { text } = await show(path);
    expect(text).not.toContain('newsletter.fashion');
    expect(text).toContain('newsletter.travel');
  });

  it('ends a group of channels for every purpose', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    expect((await submit(path, { 'channel-text': '1' })).status).toBe(200);
    const refused = [null, 'D_OBJECTION_ART21', 'D_CONSENT_WITHDRAWN'];
    expect(await codesOf(person, { channel: 'SMS' })).toEqual(refused);
    expect(await codesOf(person)).toEqual(['A_CONSENT_VALID']);
    expect((await show(path)).text).toMatch(/SMS, MMS und Messenger <span[^>]*>bereits beendet/);
  });

  it('objects to profiling and to nothing else', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    expect((await submit(path, { profiling: '1' })).status).toBe(200);
    expect(await codesOf(person)).toEqual(['A_CONSENT_VALID']);
    const profiling = {
      level: 'P1',
      attributes: [],
      specialCategories: false,
      significantEffect: false,
      political: false,
    };
    expect(await codesOf(person, { profiling })).toContain('D_PROFILING_OBJECTION');
  });

  it('ends everything', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    expect((await submit(path, { all: '1' })).status).toBe(200);
    for (const more of [{}, { channel: 'SMS' }, { purpose: 'newsletter.travel' }]) {
      const codes = await codesOf(person, more);
      expect(codes.slice(0, 3)).toEqual([null, 'D_OBJECTION_ART21', 'D_CONSENT_WITHDRAWN']);
    }
    const letter = { ...person, postal };
    expect(await codesOf(letter, { channel: 'POST' })).toContain('D_OBJECTION_ART21');
    expect((await show(path)).text).toContain('keine gültige Einwilligung');
  });

  const postal = {
    name: 'Erika Beispiel',
    street: 'Musterweg 1',
    postalCode: '10115',
    city: 'Berlin',
    country: 'DE',
  };

  it('takes several choices at once', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    const field = await fieldOf(path, 'newsletter.travel');
    const chosen = { [field]: 'newsletter.travel', 'channel-text': '1', profiling: '1' };
    const { text } = await submit(path, chosen);
    expect(text.match(/<li>/g)).toHaveLength(3);
    expect(await codesOf(person)).toEqual(['A_CONSENT_VALID']);
    expect(await codesOf(person, { purpose: 'newsletter.travel' })).toContain(
      'D_CONSENT_WITHDRAWN',
    );
    expect(await codesOf(person, { channel: 'SMS' })).toContain('D_CONSENT_WITHDRAWN');
  });

  it('with nothing selected says so, and changes nothing', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    const stored = countStored(home.dataFolder);
    const forged = { 'purpose-0': 'a purpose that was never on the page', 'channel-none': '1' };
    for (const fields of [{}, forged]) {
      const reply = await submit(path, fields);
      expect(reply.status).toBe(422);
      expect(reply.text).toContain('role="alert"');
    }
    expect(countStored(home.dataFolder)).toEqual(stored);
    expect(await codesOf(person)).toEqual(['A_CONSENT_VALID']);
  });

  it('never widens, whatever is posted', async () => {
    const person = await newPerson();
    const path = await linkOf(person);
    await submit(path, { all: '1' });
    clock.advance(MINUTE_MS);
    const field = { 'purpose-0': 'newsletter.fashion' };
    const wishes = [
      { all: '0' },
      { resubscribe: '1' },
      { 'channel-email': '0' },
      { 'channel-email': 'EMAIL', consent: 'yes', ...field },
    ];
    for (const fields of wishes) {
      await submit(path, { ...fields });
      expect((await codesOf(person)).slice(0, 2)).toEqual([null, 'D_OBJECTION_ART21']);
    }
  });

  it('posted again adds nothing', async () => {
    const path = await linkOf(await newPerson());
    await submit(path, { all: '1', profiling: '1' });
    clock.advance(MINUTE_MS);
    const stored = countStored(home.dataFolder);
    expect((await submit(path, { all: '1', profiling: '1' })).status).toBe(200);
    expect(countStored(home.dataFolder)).toEqual(stored);
  });
});

const CHROMIUM = '/usr/bin/chromium';
const installed = existsSync(CHROMIUM);

/** What axe-core finds wrong, in a form that a failure can show. */
const Found = z.object({
  violations: z.array(
    z.object({ id: z.string(), help: z.string(), nodes: z.array(z.object({ html: z.string() })) }),
  ),
  passes: z.array(z.unknown()),
});

describe.skipIf(!installed)(`in a browser (skipped where there is no ${CHROMIUM})`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });

  afterAll(() => browser.close());

  async function withPage(run: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ locale: 'de-DE' });
    try {
      await run(await context.newPage());
    } finally {
      await context.close();
    }
  }

  async function confirmationOf(person: Identifiers, more: Submission = {}) {
    const reply = await home.call('consent-source', 'POST', '/v1/double-opt-ins', {
      controller: CONTROLLER,
      subject: person,
      data: {
        consentId: 'c-3',
        channels: ['EMAIL', 'SMS'],
        purposes: ['newsletter.fashion'],
        form: 'active',
        wording: { id: 'nl', version: '3', sha256: 'a'.repeat(64) },
      },
      ...more,
    });
    clock.advance(MINUTE_MS);
    return DoubleOptInView.parse(reply.body);
  }

  /** Every page that a person can come to see, by how they get there. */
  const pages: readonly (readonly [string, (page: Page, lang: string) => Promise<void>])[] = [
    [
      'the preference page',
      async (page, lang) => {
        await page.goto(`${home.url}${await linkOf(await newPerson())}?lang=${lang}`);
      },
    ],
    [
      'the same with nothing on record',
      async (page, lang) => {
        await page.goto(`${home.url}${await linkOf({ email: 'no@example.org' })}?lang=${lang}`);
      },
    ],
    [
      'the same with nothing selected',
      async (page, lang) => {
        await page.goto(`${home.url}${await linkOf(await newPerson())}?lang=${lang}`);
        await page.locator('button.other').click();
        expect(await page.locator('[role=alert]').count()).toBe(1);
      },
    ],
    [
      'what was ended',
      async (page, lang) => {
        await page.goto(`${home.url}${await linkOf(await newPerson())}?lang=${lang}`);
        await page.locator('button[name=all]').click();
        expect(await page.locator('li').count()).toBe(2);
      },
    ],
    [
      'a link that leads nowhere',
      async (page, lang) => {
        await page.goto(`${home.url}/u/none?lang=${lang}`);
      },
    ],
    [
      'the request for confirmation, and its answer',
      async (page, lang) => {
        const { confirmUrl } = await confirmationOf(await newPerson());
        await page.goto(`${confirmUrl}?lang=${lang}`);
        await expectAccessible(page);
        await page.locator('button').click();
        expect(await page.locator('form').count()).toBe(0);
      },
    ],
    [
      'the request for a code, and a wrong one',
      async (page, lang) => {
        const { confirmUrl } = await confirmationOf(await newPerson(), { method: 'doi_sms' });
        await page.goto(`${confirmUrl}?lang=${lang}`);
        await expectAccessible(page);
        await page.locator('input[name=code]').fill('12');
        await page.locator('button').click();
        expect(await page.locator('input[aria-invalid=true]').count()).toBe(1);
      },
    ],
    [
      'a request that has been replaced',
      async (page, lang) => {
        const person = await newPerson();
        const { confirmUrl } = await confirmationOf(person);
        await confirmationOf(person);
        await page.goto(`${confirmUrl}?lang=${lang}`);
      },
    ],
  ];

  async function expectAccessible(page: Page): Promise<void> {
    await page.evaluate(axe.source);
    const found = Found.parse(await page.evaluate('axe.run(document)'));
    expect(found.violations).toEqual([]);
    expect(found.passes.length).toBeGreaterThan(10);
  }

  const everyPage = pages.flatMap(([name, open]) =>
    ['de', 'en'].map((lang) => ({ name, lang, open })),
  );

  it.each(everyPage)(
    '$name, in `$lang`: axe finds nothing, and it fits 320 pixels',
    async ({ lang, open }) => {
      await withPage(async (page) => {
        await open(page, lang);
        expect(await page.locator('html').getAttribute('lang')).toBe(lang);
        expect(await page.locator('main').count()).toBe(1);
        expect(await page.locator('h1').count()).toBe(1);
        await expectAccessible(page);
        await page.setViewportSize({ width: 320, height: 640 });
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width).toBeLessThanOrEqual(320);
      });
    },
  );

  it('is used with the keyboard alone, and shows where one is', async () => {
    const person = await newPerson();
    await withPage(async (page) => {
      await page.goto(`${home.url}${await linkOf(person)}?lang=en`);
      const reached: string[] = [];
      const focused = () =>
        page.evaluate(
          '[document.activeElement.name || document.activeElement.textContent.trim(),' +
            'getComputedStyle(document.activeElement).outlineStyle,' +
            'getComputedStyle(document.activeElement).outlineWidth].join("|")',
        );
      for (let presses = 0; presses < 40 && !reached.includes('channel-email'); presses++) {
        await page.keyboard.press('Tab');
        const [name = '', outline, width] = String(await focused()).split('|');
        expect({ name, outline, width }).toEqual({ name, outline: 'solid', width: '3px' });
        reached.push(name);
      }
      expect(reached.slice(0, 2)).toEqual(['Deutsch', 'all']);
      expect(reached).toContain('purpose-0');
      await page.keyboard.press('Space');
      while (!(await page.locator('button.other:focus').count())) {
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Enter');
      await page.waitForURL('**/u/*');
      await page.locator('ul li').waitFor();
      expect(await page.locator('ul li').allTextContents()).toEqual([
        'e-mail, advertisement in the inbox',
      ]);
    });
    expect((await codesOf(person)).slice(0, 2)).toEqual([null, 'D_OBJECTION_ART21']);
    expect(await codesOf(person, { channel: 'SMS' })).toEqual(['A_CONSENT_VALID']);
  });

  it('works under its own security policy: styled, without script or other request', async () => {
    await withPage(async (page) => {
      const asked: string[] = [];
      const said: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      page.on('console', (message) => said.push(message.text()));
      const path = await linkOf(await newPerson());
      await page.goto(`${home.url}${path}`);
      const colour = await page.evaluate(
        'getComputedStyle(document.querySelector("button[name=all]")).backgroundColor',
      );
      expect(colour).toBe('rgb(11, 79, 138)');
      expect(asked.filter((each) => each !== '/favicon.ico')).toEqual([path]);
      expect(said.filter((each) => !each.includes('favicon'))).toEqual([]);
      expect(await page.context().cookies()).toEqual([]);
    });
  });

  it('works where scripts are off, and speaks the language of the browser', async () => {
    const person = await newPerson();
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(`${home.url}${await linkOf(person)}`);
    expect(await page.locator('h1').textContent()).toBe('Your advertising settings');
    await page.getByLabel('newsletter.travel').check();
    await page.getByRole('button', { name: 'End what is selected' }).click();
    expect(await page.locator('h1').textContent()).toContain('Saved');
    await context.close();
    expect(await codesOf(person, { purpose: 'newsletter.travel' })).toContain(
      'D_CONSENT_WITHDRAWN',
    );
  });
});
