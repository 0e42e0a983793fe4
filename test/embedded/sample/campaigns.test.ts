import { describe, expect, test } from 'vitest';
import { sampleCampaigns, sampleController } from '../../../functions/embedded/sample/campaigns.ts';
import { generatePeople } from '../../../functions/embedded/sample/people.ts';
import { nextWorkingDay } from '../../../functions/embedded/sample/schedule.ts';
import { CampaignFields } from '../../../shared/contract/campaigns.ts';
import { ControllerSettings } from '../../../shared/contract/controllers.ts';
import { Recipient } from '../../../shared/contract/subjects.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import { normaliseAll } from '../../../shared/ledger/identifier.ts';

const people = generatePeople({ people: 12_000, seed: 7 });
const at = Date.UTC(2026, 10, 22, 4);

describe.each(sampleCampaigns)('the campaign $reference', (campaign) => {
  const audience = campaign.audience(people);
  const fields = campaign.fields(at);

  test('is one of the contract, and of the sample controller', () => {
    expect(CampaignFields.parse(fields)).toEqual(fields);
    expect(fields.controller).toBe(sampleController.id);
  });

  test('wants to reach 600 to 12,000 recipients of the contract', () => {
    expect(audience.length).toBeGreaterThanOrEqual(600);
    expect(audience.length).toBeLessThanOrEqual(12_000);
    expect(audience.filter((recipient) => !Recipient.safeParse(recipient).success)).toEqual([]);
    expect(new Set(audience.map(({ ref }) => ref)).size).toBe(audience.length);
  });

  test('has recipients twice, and some whose identifier is none', () => {
    const texts = audience.map((recipient) => {
      const { identifiers } = normaliseAll({ ...recipient, id: null });
      return identifiers[0]?.normalised ?? recipient.id ?? '';
    });
    const invalid = texts.filter((text) => text === '');
    const known = texts.filter((text) => text !== '');
    expect(new Set(known).size).toBeLessThan(known.length);
    expect(invalid.length > 0).toBe(fields.channel !== 'POST');
    expect(invalid.length).toBeLessThan(audience.length / 100);
  });
});

test('the controller has settings of the contract', () => {
  expect(ControllerSettings.parse(sampleController.settings)).toEqual(sampleController.settings);
});

test('one campaign waits for the DPO and one is rejected for its processor', () => {
  const levels = sampleCampaigns.map((campaign) => campaign.fields(at).profiling.level);
  const bases = sampleCampaigns.flatMap((campaign) =>
    campaign.fields(at).processors.map(({ transfer }) => transfer.basis),
  );
  expect(levels.filter((level) => level === 'P3').length).toBe(1);
  expect(bases.filter((basis) => basis === 'none').length).toBe(1);
});

const days: readonly (readonly [string, string, string])[] = [
  ['a Sunday night', '2026-11-22T04:00:00Z', '2026-11-23T09:00:00Z'],
  ['a Monday', '2026-11-23T08:00:00Z', '2026-11-24T09:00:00Z'],
  ['a Friday', '2026-11-27T12:00:00Z', '2026-11-30T09:00:00Z'],
  ['summer', '2026-07-01T12:00:00Z', '2026-07-02T08:00:00Z'],
  ['Christmas Eve, a Thursday', '2026-12-24T12:00:00Z', '2026-12-28T09:00:00Z'],
  ['Monday by German clocks already', '2026-11-22T23:30:00Z', '2026-11-24T09:00:00Z'],
];

test.each(days)('calls of %s begin at ten on the next working day', (_, now, from) => {
  const window = nextWorkingDay(Date.parse(now));
  expect(formatInstant(window.from)).toBe(from);
  expect(window.until - window.from).toBe(8 * 3_600_000);
});
