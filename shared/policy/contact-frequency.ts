import { policyDefaults } from '../contract/policy-overrides.ts';
import type { Channel } from '../contract/vocabulary.ts';
import { dateAt, daysBefore, startOfDate } from '../kernel/calendar.ts';
import type { EpochMs } from '../kernel/instant.ts';
import { channelBit, channelSet, type ChannelSet } from '../ledger/contact-point-state.ts';
import type { Jurisdiction } from './jurisdiction.ts';
import { isStated, type PolicyParameters } from './policy.ts';

/** At most so many contacts after an instant, on these channels together. */
export interface ContactCap {
  readonly channels: ChannelSet;
  readonly max: number;
  readonly rollingDays: number;
  readonly since: EpochMs;
}

/** Who refused on these channels at this instant or later is left alone. */
export interface RefusalCooldown {
  readonly channels: ChannelSet;
  readonly days: number;
  readonly since: EpochMs;
  /** When the period of a refusal is over. */
  readonly endOf: (refusedAt: EpochMs) => EpochMs;
}

/**
 * Channels whose contacts add up: whoever got two mails this week is not sent two messages on top.
 * In-app messages run in the person's own session, and audiences are no contact: both are free.
 */
const families: readonly (readonly Channel[])[] = [
  ['EMAIL', 'SMS', 'MMS', 'MESSENGER', 'PUSH_APP', 'PUSH_WEB', 'INBOX_AD', 'SOCIAL_DM', 'FAX'],
  ['PHONE_HUMAN', 'PHONE_AUTO'],
  ['POST'],
];

function familyOf(channel: Channel): readonly Channel[] | null {
  return families.find((family) => family.includes(channel)) ?? null;
}

interface Limit {
  readonly max: number;
  readonly rollingDays: number;
  readonly standard: number;
  readonly name: string;
}

/** RULES E: the policy's caps of a channel, with the defaults that a controller may tighten. */
function policyLimits(channel: Channel, { frequency }: PolicyParameters): readonly Limit[] {
  const defaults = policyDefaults.frequency;
  if (channel === 'POST') {
    return [
      {
        max: frequency.postPerFortnight,
        rollingDays: 14,
        standard: defaults.postPerFortnight,
        name: 'frequency.postPerFortnight',
      },
    ];
  }
  if (channel === 'PHONE_HUMAN' || channel === 'PHONE_AUTO') {
    return [
      {
        max: frequency.callsPerMonth,
        rollingDays: 30,
        standard: defaults.callsPerMonth,
        name: 'frequency.callsPerMonth',
      },
    ];
  }
  return [
    {
      max: frequency.electronicPerWeek,
      rollingDays: 7,
      standard: defaults.electronicPerWeek,
      name: 'frequency.electronicPerWeek',
    },
    {
      max: frequency.electronicPerMonth,
      rollingDays: 30,
      standard: defaults.electronicPerMonth,
      name: 'frequency.electronicPerMonth',
    },
  ];
}

/**
 * Caps of every applicable law. A national cap takes the place of the policy's default in its
 * country; a value that the controller has tightened holds everywhere.
 */
export function contactCaps(input: {
  readonly profiles: readonly Jurisdiction[];
  readonly channel: Channel;
  readonly parameters: PolicyParameters;
  readonly daysBefore: (days: number) => EpochMs;
}): readonly ContactCap[] {
  const family = familyOf(input.channel);
  if (family === null) return [];
  const own = policyLimits(input.channel, input.parameters);
  const national = input.profiles.map((profile) =>
    profile.caps.filter(({ channels }) => channels.includes(input.channel)),
  );
  const byDefault = national.length === 0 || national.some((caps) => caps.length === 0);
  const policy = own.filter(
    ({ max, standard, name }) => byDefault || max < standard || isStated(input.parameters, name),
  );
  return [
    ...national.flat().map((cap) => ({ ...cap, set: channelSet(cap.channels) })),
    ...policy.map((limit) => ({ ...limit, set: channelSet(family) })),
  ].map(({ set, max, rollingDays }) => ({
    channels: set,
    max,
    rollingDays,
    since: input.daysBefore(rollingDays),
  }));
}

/** The longest cool-down of the applicable laws; the national one goes before the default. */
export function refusalCooldown(input: {
  readonly profiles: readonly Jurisdiction[];
  readonly channel: Channel;
  readonly parameters: PolicyParameters;
  /** Where the recipient may be: a day is over when it is over in each of them. */
  readonly timeZones: readonly string[];
  readonly instant: EpochMs;
}): RefusalCooldown {
  const own = input.parameters.frequency.refusalCooldownDays;
  const tightened =
    own > policyDefaults.frequency.refusalCooldownDays ||
    isStated(input.parameters, 'frequency.refusalCooldownDays');
  const national = input.profiles.map(({ refusalCooldown: cooldown }) =>
    cooldown?.channels.includes(input.channel) === true ? cooldown.days : own,
  );
  const days = Math.max(...(tightened || national.length === 0 ? [own] : []), ...national);
  const family = familyOf(input.channel);
  const datesBefore = (instant: EpochMs, count: number) =>
    input.timeZones.map((zone) =>
      startOfDate(dateAt(daysBefore(instant, count, zone), zone), zone),
    );
  return {
    channels: family === null ? channelBit(input.channel) : channelSet(family),
    days,
    since: Math.min(...datesBefore(input.instant, days)),
    // The day of the refusal is not counted, as in Art. 3(1) Reg. 1182/71.
    endOf: (refusedAt) => Math.max(...datesBefore(refusedAt, -days - 1)),
  };
}
