import { describe, expect, it } from 'vitest';
import { ConsentProof } from '../../shared/contract/subject-rights.ts';
import type { Channel } from '../../shared/contract/vocabulary.ts';
import { canonicalJson } from '../../shared/kernel/canonical-json.ts';
import { sha256Hex } from '../../shared/kernel/hash.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';
import { tightenedBy } from '../../shared/policy/policy.ts';
import { consentProof } from '../../shared/rights/consent-proof.ts';
import { proofDocument } from '../../shared/rights/proof-document.ts';
import {
  blocked,
  consented,
  consentedToCalls,
  contacted,
  objected,
  registered,
  requested,
  withdrew,
} from '../scenarios/facts.ts';
import { scenario, type Fact } from '../scenarios/scenario.ts';
import { factsOf, instantOf, ledgerEvent } from '../support/policy-harness.ts';

const NOW = '2026-11-22T10:00:00Z';

interface Asked {
  readonly channel?: Channel;
  readonly purpose?: string;
  readonly conflict?: boolean;
}

/** The proof of what some facts say about Erika. */
function proofOf(facts: readonly Fact[], asked: Asked = {}): ConsentProof {
  const { channel = 'EMAIL', purpose = 'newsletter.fashion', conflict = false } = asked;
  const known = scenario({
    ...{ id: 'ACME', title: 'proof', facts: [registered(), ...facts], asOf: NOW },
    ...{ outcome: 'allow', codes: [], campaign: { channel } },
  });
  const events = known.events.map(ledgerEvent);
  const named = events[0]?.named ?? [];
  const email = named.find(({ kind }) => kind === 'email') ?? null;
  const proof = consentProof({
    person: {
      controller: {
        ...{ id: 'acme', name: 'Acme GmbH', country: 'DE', region: null },
        ...{ timeZone: 'Europe/Berlin', parameters: tightenedBy() },
      },
      given: named.map((name) => ({ ...name, known: true })),
      ...{ conflict, events },
    },
    ...{ channel, purpose, now: instantOf(NOW), language: 'en', contact: email },
    facts: factsOf({ ...known, controller: known.controllerSettings }),
    policy: { revision: 'sha256:0', jurisdictions, similarity: {} },
  });
  expect(ConsentProof.parse(proof)).toEqual(proof);
  return proof;
}

const codesOf = ({ verdict }: ConsentProof) => verdict.reasons.map(({ code }) => code);

describe('the verdict of now', () => {
  it.each<readonly [name: string, facts: readonly Fact[], asked: Asked, codes: readonly string[]]>([
    ['a confirmed consent', [consented()], {}, []],
    ['no consent', [], {}, ['D_CONSENT_MISSING']],
    ['another purpose', [consented()], { purpose: 'other' }, ['D_CONSENT_MISSING']],
    ['another channel', [consented()], { channel: 'SMS' }, ['D_CONSENT_MISSING']],
    ['a request', [requested('2026-11-21T10:00:00Z')], {}, ['D_CONSENT_UNCONFIRMED']],
    ['an old request', [requested('2026-10-01T10:00:00Z')], {}, ['D_CONSENT_DOI_EXPIRED']],
    [
      'a withdrawal of it',
      [consented(), withdrew({ consentId: 'c-1' }, '2026-05-01T10:00:00Z')],
      {},
      ['D_CONSENT_WITHDRAWN'],
    ],
    [
      'a withdrawal of everything',
      [consented(), withdrew({}, '2026-05-01T10:00:00Z')],
      {},
      ['D_CONSENT_WITHDRAWN', 'D_OBJECTION_ART21'],
    ],
    [
      'an objection',
      [consented(), objected({ scope: 'all' }, '2026-05-01T10:00:00Z')],
      {},
      ['D_OBJECTION_ART21'],
    ],
    [
      'an objection before a newer consent',
      [objected({ scope: 'all' }, '2026-02-01T10:00:00Z'), consented()],
      {},
      [],
    ],
    ['a block list', [consented(), blocked()], {}, ['D_BLOCKLIST_INTERNAL']],
    ['a box ticked beforehand', [consented({ form: 'preticked' })], {}, ['D_CONSENT_INVALID_FORM']],
    ['no wording', [consented({ wording: null })], {}, ['D_CONSENT_EVIDENCE_MISSING']],
    [
      'a call after a double opt-in by e-mail',
      [consented({ channels: ['PHONE_HUMAN'] })],
      { channel: 'PHONE_HUMAN' },
      ['D_CONSENT_EVIDENCE_MISSING'],
    ],
    ['a call with its recording', [consentedToCalls()], { channel: 'PHONE_HUMAN' }, []],
    [
      'a consent that was never used',
      [consented({}, '2024-03-01T10:00:00Z')],
      {},
      ['D_CONSENT_STALE'],
    ],
    [
      'a partner, whom the consent names',
      [consented({ advertisers: ['partner'], sectors: ['travel'] })],
      {},
      [],
    ],
    [
      'one of two that is withdrawn',
      [
        consented(),
        consented({ consentId: 'c-2' }, '2026-04-01T10:00:00Z'),
        withdrew({ consentId: 'c-2' }, '2026-05-01T10:00:00Z'),
      ],
      {},
      [],
    ],
  ])('on %s', (_name, facts, asked, codes) => {
    const proof = proofOf(facts, asked);
    expect(codesOf(proof)).toEqual(codes);
    expect(proof.verdict.valid).toBe(codes.length === 0);
  });

  it('stands on a ground other than consent too: whoever buys has not consented by that', () => {
    const bought: Fact = {
      type: 'sale.recorded',
      at: '2026-05-05T12:00:00Z',
      data: {
        ...{ saleId: 's-1', productCategory: 'running.shoes', contactDataObtainedHere: true },
        ...{ noticeAtCollectionRef: 'N1', status: 'contract' },
      },
    };
    expect(codesOf(proofOf([bought]))).toEqual(['D_CONSENT_MISSING']);
    const flawed = consented({ form: 'preticked' });
    expect(codesOf(proofOf([bought, flawed]))).toEqual(['D_CONSENT_INVALID_FORM']);
  });

  it('says since when, by which event and under which law', () => {
    const facts = [consented(), withdrew({ consentId: 'c-1' }, '2026-05-01T10:00:00Z')];
    const { verdict, events } = proofOf(facts);
    expect(verdict.reasons).toEqual([
      {
        code: 'D_CONSENT_WITHDRAWN',
        text: 'consent withdrawn',
        law: 'Art. 7(3) GDPR; RFC 8058',
        since: '2026-05-01T10:00:00Z',
        event: expect.stringMatching(/^evt_/),
      },
    ]);
    expect(events).toContain(verdict.reasons[0]?.event);
  });

  it('on a shared contact point says that a refusal counts, and not whose', () => {
    const facts = [consented(), objected({ scope: 'all' }, '2026-05-01T10:00:00Z')];
    const { verdict, identityCheck } = proofOf(facts, { conflict: true });
    expect(verdict.reasons).toMatchObject([
      { code: 'D_OBJECTION_ART21', since: null, event: null },
    ]);
    expect(identityCheck).toContain('check the identity');
  });
});

describe('the record', () => {
  const facts = [
    requested('2026-02-01T09:12:44Z'),
    consented({}, '2026-02-01T09:15:00Z'),
    contacted('EMAIL', '2026-03-01T10:00:00Z'),
    consented({ consentId: 'c-2', purposes: ['other'] }, '2026-04-01T10:00:00Z'),
  ];

  it('has the consents of this purpose alone, each with its verdict', () => {
    const { consents } = proofOf(facts);
    expect(consents.map(({ consentId, verdict }) => [consentId, verdict.valid])).toEqual([
      ['c-1', true],
    ]);
    expect(consents[0]?.use.count).toBe(1);
  });

  it('carries the hash of all that it says', () => {
    const { sha256, ...rest } = proofOf(facts);
    expect(sha256).toBe(sha256Hex(canonicalJson(JSON.parse(JSON.stringify(rest)))));
    const changed = { ...rest, purpose: 'another' };
    expect(sha256Hex(canonicalJson(JSON.parse(JSON.stringify(changed))))).not.toBe(sha256);
  });

  it('is printed with everything that proves it', () => {
    const proof = proofOf(facts);
    const text = JSON.stringify(proofDocument(proof, 100).blocks);
    for (const each of [proof.sha256, ...proof.events, 'doi-1', 'a'.repeat(64)]) {
      expect(text).toContain(each);
    }
    expect(text).toContain('2026-02-01T09:12:44Z');
    const none = JSON.stringify(proofDocument(proofOf([]), 100).blocks);
    expect(none).toContain('No consent is stored for this channel and purpose.');
    expect(none).toContain('D_CONSENT_MISSING');
  });
});
