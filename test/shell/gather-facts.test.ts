import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatherFacts, type ReadFacts } from '../../functions/shell/flows/gather-facts.ts';
import type { AudienceRow } from '../../shared/campaign/audience.ts';
import { emptyState, type ContactPointState } from '../../shared/ledger/contact-point-state.ts';

/*
 * What is known of a recipient, and so what is decided, must not hang on who else stands on the
 * page: a decision is replayed for one recipient alone.
 */

type States = ReadonlyMap<string, ContactPointState>;

const reading =
  (states: States): ReadFacts =>
  async (keys) =>
    new Map(keys.flatMap((key) => (states.has(key) ? [[key, must(states, key)] as const] : [])));

function must(states: States, key: string): ContactPointState {
  const state = states.get(key);
  if (state === undefined) throw new Error(`there is no state \`${key}\``);
  return state;
}

function email(besides: readonly string[], links: readonly string[] = []): ContactPointState {
  const linked = links.map((key) => ({ kind: 'email', key }) as const);
  return { ...emptyState('email'), besides, links: linked, conflict: besides.length > 0 };
}

function row(contact: string | null, named: readonly string[], domains: readonly string[] = []) {
  const names = named.map((key) => ({ kind: 'email', key }) as const);
  const asked: AudienceRow = { contact, named: names, domains: [...domains], ref: null };
  return asked;
}

describe('the facts of a recipient', () => {
  it('reach two steps beside what is named with it, alone and in company', async () => {
    const far = { ...email([]), restrictions: [{ at: 1, event: 'evt', ground: 'g' }] };
    const states: States = new Map([
      ['contact', email([])],
      ['name', email(['near'])],
      ['near', email(['far'])],
      ['far', far],
    ]);
    const asked = row('contact', ['name']);
    const alone = await gatherFacts(reading(states), 'EMAIL', [asked]);
    const together = await gatherFacts(reading(states), 'EMAIL', [asked, row('near', [])]);
    expect(alone[0]?.others).toContainEqual(far);
    expect(together[0]).toEqual(alone[0]);
  });

  it('are the same on any page', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;
    const some = fc.subarray([...names], { maxLength: 3 });
    const state = fc.tuple(some, some).map(([besides, links]) => email(besides, links));
    const world = fc.dictionary(fc.constantFrom(...names), state, { maxKeys: 8 });
    const person = fc
      .tuple(fc.option(fc.constantFrom(...names)), some, some)
      .map(([contact, named, domains]) =>
        row(
          contact,
          named.filter((name) => name !== contact),
          domains,
        ),
      );
    await fc.assert(
      fc.asyncProperty(
        world,
        fc.array(person, { minLength: 2, maxLength: 5 }),
        async (found, rows) => {
          const read = reading(new Map(Object.entries(found)));
          const together = await gatherFacts(read, 'EMAIL', rows);
          for (const [index, each] of rows.entries()) {
            const [alone] = await gatherFacts(read, 'EMAIL', [each]);
            expect(together[index]).toEqual(alone);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
