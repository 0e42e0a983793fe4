import { describe, expect, it } from 'vitest';
import { emptyState } from '../../shared/ledger/contact-point-state.ts';
import { coveredByErasure, isErasedSince, outlivesErasure } from '../../shared/ledger/erasure.ts';
import { compareEvents, foldSubject } from '../../shared/ledger/fold.ts';
import { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { groundName, reducedGround } from '../../shared/ledger/restriction-ground.ts';
import { decodeState, encodeState } from '../../shared/ledger/state-codec.ts';
import {
  active,
  blocked,
  bought,
  checked,
  consented,
  contacted,
  listed,
  objected,
  registered,
  withdrew,
} from '../scenarios/facts.ts';
import { scenario, type Fact } from '../scenarios/scenario.ts';
import { ledgerEvent } from '../support/policy-harness.ts';

/** A state as it was stored before there were erasures. */
const FORMAT_1 =
  '01010200030320428175eca6138fcc0de4e6e682fddb023b438cebc914f8fbcd423d50c4d32556003e42df32' +
  'e33499574deac85f1f1dd4c50000000102444500010000010080ca908ef8660080ca908ef866019bc0e21280' +
  'b1840ee5b3033eb2f5940103632d310201126e6577736c65747465722e66617368696f6e0000000000000001' +
  '00010001c09bdf8a95670101000001c09bdf8a95670180a0ae8dbc67c09bdf8a9567019ca8abe6e01563e7ce' +
  '1bda31566616010103632d31000080f0c5f5d067019e8758bc00ff8b4d1637bd54b42b070100808093a3d067' +
  '019e82326000cd9a02237a4d6c0fbcb101808093a3d067019e82326000cd9a02237a4d6c0fbcb100010b6164' +
  '766572746973696e670080c0e0add16501968adc100022deb1af2ebcd3d0d7d1010647425f545053000080c0' +
  'c1ffbe6880c0c1ffbe6801a1f7f83000c687d78b638a31a97f5a010d72756e6e696e672e73686f6573000101' +
  '80989380bf67019df80266004be446241a9c03e5266c00010080a0ae8dbc67000001000080a0d5edee66019b' +
  '76daa80018cf99dfa52464318f9f0180989380bf67019df80266004be446241a9c03e5266c0180c0e0add165';

/** The same before there were second confirmations. */
const FORMAT_2 =
  '02010200030320428175eca6138fcc0de4e6e682fddb023b438cebc914f8fbcd423d50c4d32556003e42df32' +
  'e33499574deac85f1f1dd4c50000000102444500010000010080ca908ef8660080ca908ef866019bc0e21280' +
  'b1840ee5b3033eb2f5940103632d310201126e6577736c65747465722e66617368696f6e0000000000000001' +
  '00010001c09bdf8a95670101000001c09bdf8a95670180a0ae8dbc67c09bdf8a9567019ca8abe6e01563e7ce' +
  '1bda31566616010103632d31000080f0c5f5d067019e8758bc00ff8b4d1637bd54b42b070100808093a3d067' +
  '019e82326000cd9a02237a4d6c0fbcb101808093a3d067019e82326000cd9a02237a4d6c0fbcb10000010b61' +
  '64766572746973696e670080c0e0add16501968adc100022deb1af2ebcd3d0d7d1010647425f545053000080' +
  'c0c1ffbe6880c0c1ffbe6801a1f7f83000c687d78b638a31a97f5a010d72756e6e696e672e73686f65730001' +
  '0180989380bf67019df80266004be446241a9c03e5266c00010080a0ae8dbc67000001000080a0d5edee6601' +
  '9b76daa80018cf99dfa52464318f9f0180989380bf67019df80266004be446241a9c03e5266c0180c0e0add1' +
  '65';

const ERASED_AT = '2026-06-01T00:00:00Z';

function eventsOf(facts: readonly Fact[]): LedgerEvent[] {
  const text = { id: 'ERA', title: 'erasure', outcome: 'deny', codes: [] } as const;
  return scenario({ ...text, facts }).events.map(ledgerEvent);
}

function erasureOf(named: LedgerEvent['named'], more: object = {}, at = ERASED_AT): LedgerEvent {
  const [first] = eventsOf([registered()]);
  return LedgerEvent.parse({
    ...first,
    id: 'evt_06dw1rgjg2rr83q5pc1kxcqnjg',
    type: 'subject.erased',
    occurredAt: Date.parse(at),
    recordedAt: Date.parse(at),
    sourceId: 'erasure',
    named,
    data: { cause: 'request', ...more },
  });
}

function fold(events: readonly LedgerEvent[]) {
  return foldSubject(events, { anchors: [], keyVersion: 1 });
}

const everybody = eventsOf([registered()]).flatMap(({ named }) => named);
const phone = { phone: '+4915123456789' };

describe('the codec of states', () => {
  it.each([FORMAT_1, FORMAT_2])('reads what was written in older formats', (stored) => {
    const state = decodeState(Buffer.from(stored, 'hex'));
    expect(state).toMatchObject({
      kind: 'email',
      residence: 'DE',
      recipientType: 'CONSUMER',
      consents: [{ consentId: 'c-1', purposes: ['newsletter.fashion'], answeredAt: null }],
      objections: [{ channels: 0 }],
      erased: null,
      blocks: [{ list: 'advertising' }],
      holds: [{ kind: 'tax', until: null }],
      firstKnownAt: Date.parse('2025-05-01T08:00:00Z'),
    });
    expect(decodeState(encodeState(state))).toEqual(state);
    expect(encodeState(state)[0]).toBe(3);
  });

  it('refuses a format that it does not know', () => {
    const bytes = encodeState(emptyState('email'));
    expect(() => decodeState(Uint8Array.from([4, ...bytes.slice(1)]))).toThrow('known format');
  });
});

describe('an erasure', () => {
  const refusals = [
    objected({ scope: 'channel', channels: ['POST'] }, '2026-02-01T00:00:00Z'),
    blocked(),
    withdrew({ purposes: ['other'] }, '2026-02-02T00:00:00Z'),
    listed('AT_ECG'),
  ];
  const facts = [
    registered(),
    consented(),
    bought(),
    active('login', '2026-04-01T00:00:00Z'),
    contacted('EMAIL', '2026-04-02T00:00:00Z'),
    { ...checked('GB_TPS', { checkedAt: '2026-04-03T00:00:00Z' }), subject: phone },
  ];

  it('leaves nothing but refusals, on every contact point', () => {
    const states = fold([...eventsOf([...facts, ...refusals]), erasureOf(everybody)]);
    expect(states.size).toBe(4);
    for (const state of states.values()) {
      expect(state).toMatchObject({
        residence: null,
        recipientType: null,
        origin: null,
        consents: [],
        sales: [],
        contacts: [],
        lastActive: null,
        erased: { at: Date.parse(ERASED_AT) },
        profilingObjection: { at: Date.parse(ERASED_AT) },
        blocks: [{ list: 'advertising' }],
        withdrawals: [{ purposes: ['other'] }],
      });
      expect(state.objections).toHaveLength(2);
      expect(state.links).toHaveLength(3);
    }
  });

  it('because a period is over refuses nothing itself', () => {
    const [state] = fold([
      ...eventsOf(facts),
      erasureOf(everybody, { cause: 'retention' }),
    ]).values();
    expect(state).toMatchObject({
      consents: [],
      erased: null,
      objections: [],
      recipientType: null,
    });
  });

  it('ends what is older and comes later, and what is dated ahead and came before', () => {
    const ahead = eventsOf([consented({}, '2026-06-01T00:04:00Z')]).map((event) => ({
      ...event,
      recordedAt: Date.parse('2026-05-31T23:59:00Z'),
    }));
    const late = eventsOf([bought({}, '2026-05-01T00:00:00Z')]).map((event) => ({
      ...event,
      recordedAt: Date.parse('2026-09-01T00:00:00Z'),
    }));
    const [state] = fold([...ahead, ...late, erasureOf(everybody)]).values();
    expect(state).toMatchObject({ consents: [], sales: [] });
  });

  it('leaves what is newer', () => {
    const newer = [registered({}, '2026-07-01T00:00:00Z'), consented({}, '2026-07-01T00:00:00Z')];
    const events = [...eventsOf([...facts, ...newer]), erasureOf(everybody)];
    const [state] = fold(events).values();
    expect(state?.consents).toHaveLength(1);
    expect(state?.erased).not.toBeNull();
  });

  it('spares whom it names as another person, who is refused all the same', () => {
    const other = everybody.filter(({ kind }) => kind === 'phone');
    const spared = other.map(({ key }) => key);
    const states = fold([erasureOf(everybody, { spared })]);
    for (const [key, state] of states) {
      expect(state.erased === null).toBe(spared.includes(key));
      expect(state.objections).toHaveLength(1);
    }
  });

  it('covers nothing that stands under the key of somebody else', () => {
    const email = { email: 'erika@example.org' };
    const events = eventsOf([
      { ...bought(), subject: email },
      { ...bought({ saleId: 's-2' }), subject: { id: 'crm-99', ...email } },
    ]);
    const ordered = [...events, erasureOf(everybody)].sort(compareEvents);
    const covered = coveredByErasure(ordered);
    expect(ordered.map((event) => covered.has(event))).toEqual([true, false, false]);
  });

  it('keeps the country of a number and the hosts of an address, which keys do not tell', () => {
    const known = everybody.map(({ key }) => ({ key, numberCountry: 'IT', domains: ['d'] }));
    for (const state of fold([erasureOf(everybody, { known })]).values()) {
      expect(state).toMatchObject({ numberCountry: 'IT', domains: ['d'], residence: null });
    }
  });

  it('keeps that it was open whose law applies, until somebody says where the person lives', () => {
    const known = everybody.map(({ key }) => {
      return { key, numberCountry: null, domains: [], lawOpen: true };
    });
    const left = [erasureOf(everybody, { known })];
    for (const state of fold(left).values()) expect(state.residence).toBe('ZZ');
    const anew = eventsOf([registered({ residence: 'DE' }, '2026-07-01T00:00:00Z')]);
    for (const state of fold([...left, ...anew]).values()) expect(state.residence).toBe('DE');
  });

  it('is outlived by what refuses, and by nothing else', () => {
    const bounce = (permanent: boolean): Fact => ({
      type: 'delivery.bounced',
      at: '2026-01-01T00:00:00Z',
      data: { channel: 'EMAIL', permanent },
    });
    const outlives = (fact: Fact) => eventsOf([fact]).map(outlivesErasure)[0];
    expect([...refusals, bounce(true)].map(outlives)).toEqual([true, true, true, true, true]);
    expect([...facts, bounce(false)].some((fact) => outlives(fact) === true)).toBe(false);
  });

  it('is seen by whoever derives a decision of before again', () => {
    const events = [...eventsOf(facts), erasureOf(everybody)];
    expect(isErasedSince(events, Date.parse(ERASED_AT) - 1)).toBe(true);
    expect(isErasedSince(events, Date.parse(ERASED_AT))).toBe(false);
    const reduced = eventsOf(facts).map((event) => ({ ...event, reducedAt: 5 }));
    expect([isErasedSince(reduced, 4), isErasedSince(reduced, 5)]).toEqual([true, false]);
  });
});

describe('the ground of a restriction', () => {
  it('is the same for the gate with its words and without them', () => {
    const reduced = reducedGround(' Accuracy ');
    expect(reduced).toMatch(/^sha256:[0-9a-f]{12}$/);
    expect(groundName(reduced)).toBe(groundName('accuracy'));
    expect(reducedGround(reduced)).toBe(reduced);
    const facts = (ground: string): Fact[] => [
      { type: 'restriction.set', at: '2026-01-01T00:00:00Z', data: { ground: 'accuracy' } },
      { type: 'restriction.set', at: '2026-01-02T00:00:00Z', data: { ground: 'claims' } },
      { type: 'restriction.lifted', at: '2026-02-01T00:00:00Z', data: { ground } },
    ];
    const left = (ground: string) =>
      [...fold(eventsOf(facts(ground))).values()].map(({ restrictions }) => restrictions.length);
    expect(left(reduced)).toEqual(left('accuracy'));
    expect(new Set(left(reduced))).toEqual(new Set([1]));
  });
});
