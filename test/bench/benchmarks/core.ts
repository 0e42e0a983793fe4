import { readEvents } from '../../../functions/shell/stores/ledger-store.ts';
import { keyRecipient } from '../../../shared/campaign/audience.ts';
import { foldSubject } from '../../../shared/ledger/fold.ts';
import type { LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import { decodeState, encodeState } from '../../../shared/ledger/state-codec.ts';
import { decodePage, encodePage } from '../../../shared/log/decision-page.ts';
import { judgeRecipient } from '../../../shared/policy/decide.ts';
import { atLeast, type Benchmark, type Figure } from '../benchmark.ts';
import { pagesOf } from '../logged-pages.ts';
import { ratePerSecond } from '../rate.ts';
import {
  prepareCampaign,
  sampleGate,
  type PreparedCampaign,
  type SampleGate,
} from '../sample-gate.ts';
import { catalogue, newsletter, people } from '../sample-world.ts';
import { mean } from '../statistics.ts';

const PEOPLE = 3000;

/** The whole rulebook, every verdict kept: a million recipients in two seconds on one core. */
export const DECISIONS_PER_SECOND = 500_000;

/** What one core decides, folds and codes in a second, without any store. */
export const core: Benchmark = {
  name: 'core',
  about: 'the pure core on one thread, all facts at hand',
  run: async () => {
    const some = people(PEOPLE);
    const world = await sampleGate(some);
    try {
      const email = await prepareCampaign(world, newsletter, some);
      const post = await prepareCampaign(world, catalogue, some);
      return {
        measured: true,
        figures: [
          decisions('e-mail', email),
          decisions('post', post),
          keying(world, 'e-mail', email),
          keying(world, 'post', post),
          await folding(world, email),
          ...coding(email),
          ...logging(email),
        ],
        notes: [
          `audiences: ${email.rows.length} by e-mail, ${post.rows.length} by post;` +
            ` every rule on every recipient`,
        ],
      };
    } finally {
      world.close();
    }
  },
};

function decisions(name: string, { facts, prepared }: PreparedCampaign): Figure {
  const value = ratePerSecond(() => {
    for (const each of facts) judgeRecipient(each, prepared.evaluation);
    return facts.length;
  });
  const target = atLeast(DECISIONS_PER_SECOND);
  return { name: `decisions, ${name}`, value, unit: 'per s', target };
}

function keying({ keyring }: SampleGate, name: string, campaign: PreparedCampaign): Figure {
  const { recipients, fields } = campaign;
  const value = ratePerSecond(() => {
    for (const each of recipients) keyRecipient(each, fields.channel, keyring);
    return recipients.length;
  });
  return { name: `recipients keyed, ${name}`, value, unit: 'per s' };
}

async function folding(
  { gate, keyring }: SampleGate,
  { facts }: PreparedCampaign,
): Promise<Figure> {
  const anchors = [...new Set(facts.flatMap(({ state }) => state.anchors))];
  const subjects: (readonly LedgerEvent[])[] = [];
  for (const anchor of anchors) {
    subjects.push(await readEvents(gate, keyring.controller, [anchor]));
  }
  const count = subjects.reduce((sum, events) => sum + events.length, 0);
  const value = ratePerSecond(() => {
    for (const [index, events] of subjects.entries()) {
      foldSubject(events, { anchors: anchors.slice(index, index + 1), keyVersion: 1 });
    }
    return count;
  });
  return { name: 'events folded', value, unit: 'per s' };
}

function coding({ facts }: PreparedCampaign): readonly Figure[] {
  const states = facts.map(({ state }) => state);
  const encoded = states.map(encodeState);
  return [
    {
      name: 'states encoded',
      value: ratePerSecond(() => states.map(encodeState).length),
      unit: 'per s',
    },
    {
      name: 'states decoded',
      value: ratePerSecond(() => encoded.map(decodeState).length),
      unit: 'per s',
    },
    { name: 'a state, mean', value: mean(encoded.map(({ length }) => length)), unit: 'bytes' },
  ];
}

function logging(campaign: PreparedCampaign): readonly Figure[] {
  const pages = pagesOf(campaign, 1000);
  const encoded = pages.map(encodePage);
  return [
    {
      name: 'pages of 1,000 encoded',
      value: ratePerSecond(() => pages.map(encodePage).length),
      unit: 'per s',
    },
    {
      name: 'pages of 1,000 decoded',
      value: ratePerSecond(() => encoded.map(decodePage).length),
      unit: 'per s',
    },
  ];
}
