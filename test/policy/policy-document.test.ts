import { describe, expect, it } from 'vitest';
import { PolicyDocument } from '../../shared/contract/policies.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';
import { tightenedBy } from '../../shared/policy/policy.ts';
import {
  canonicalPolicy,
  policyDocument,
  policyRevision,
  unverifiedValues,
} from '../../shared/policy/policy-document.ts';
import { rulebook } from '../../shared/policy/rulebook.ts';

const policy = {
  parameters: tightenedBy(undefined),
  similarity: { running: ['running.socks', 'energy'] },
  jurisdictions,
};
const document = policyDocument(policy);

describe('the policy as a document', () => {
  it('holds everything that a decision depends on', () => {
    expect(PolicyDocument.parse(document)).toEqual(document);
    expect(document).toMatchObject({
      schema: 1,
      similarity: policy.similarity,
      parameters: policy.parameters,
      jurisdictions,
    });
  });

  it('holds every rule, in the order of the rulebook, with all that is said of it', () => {
    expect(document.rulebook).toEqual(
      rulebook.map(({ id, group, obligation, authority, certainty, inputs, codes }) => ({
        ...{ id, group, obligation, authority, certainty, inputs, codes },
      })),
    );
  });

  it('has a revision by its content, whatever the order of the fields', () => {
    const revision = policyRevision(document);
    expect(revision).toMatch(/^sha256:[0-9a-f]{64}$/);
    const turned = Object.fromEntries(Object.entries(document).reverse());
    expect(policyRevision(PolicyDocument.parse(turned))).toBe(revision);
    expect(policyRevision(policyDocument(policy))).toBe(revision);
  });

  it.each([
    ['a parameter', { parameters: tightenedBy({ consent: { dormancyMonths: 23 } }) }],
    ['what is similar', { similarity: { running: ['running.socks'] } }],
    ['a law', { jurisdictions: jurisdictions.slice(1) }],
  ])('%s that changes makes another revision', (_name, change) => {
    expect(policyRevision(policyDocument({ ...policy, ...change }))).not.toBe(
      policyRevision(document),
    );
  });

  it('is JSON with sorted fields and without blanks', () => {
    const text = canonicalPolicy(document);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
    expect(text.startsWith('{"jurisdictions":[{"')).toBe(true);
  });
});

describe('values that a lawyer has to look at', () => {
  it('are those of all laws, by their path', () => {
    const found = unverifiedValues(document);
    const marks = jurisdictions.flatMap(({ unverified }, index) =>
      unverified.map(({ path, note }) => ({ path: `/jurisdictions/${index}/${path}`, note })),
    );
    expect(found).toEqual(marks);
    expect(found.length).toBeGreaterThan(20);
  });

  it.each([
    ['no marks', {}, []],
    ['marks that are no list', { unverified: 'all of it' }, []],
    ['a mark that is none', { unverified: [null, 'consentAge', 7] }, []],
    ['a mark without a path', { unverified: [{ note: 'n' }] }, [{ path: '', note: 'n' }]],
    ['a mark without a note', { unverified: [{ path: 'p' }] }, [{ path: 'p', note: '' }]],
  ])('a document from elsewhere: %s', (_name, law, expected) => {
    const found = unverifiedValues({ ...document, jurisdictions: [law] });
    expect(found).toEqual(
      expected.map(({ path, note }) => ({ path: `/jurisdictions/0/${path}`, note })),
    );
  });
});
