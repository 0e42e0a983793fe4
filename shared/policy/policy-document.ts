import type { PolicyDocument } from '../contract/policies.ts';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { sha256Hex } from '../kernel/hash.ts';
import type { Jurisdiction } from './jurisdiction.ts';
import type { PolicyParameters } from './policy.ts';
import { rulebook } from './rulebook.ts';

/**
 * The whole policy as one document: the rules with their obligations, the parameters, what counts
 * as similar, and the law of every country and date. Its hash is the revision, so a revision can
 * never come to mean something else.
 */
export function policyDocument(policy: {
  readonly parameters: PolicyParameters;
  readonly similarity: Readonly<Record<string, readonly string[]>>;
  readonly jurisdictions: readonly Jurisdiction[];
}): PolicyDocument {
  return {
    schema: 1,
    rulebook: rulebook.map(({ id, group, obligation, authority, certainty, inputs, codes }) => ({
      id,
      group,
      obligation: { ...obligation },
      authority,
      certainty,
      inputs: [...inputs],
      codes: [...codes],
    })),
    parameters: sections(policy.parameters),
    similarity: Object.fromEntries(
      Object.entries(policy.similarity).map(([sold, similar]) => [sold, [...similar]]),
    ),
    jurisdictions: policy.jurisdictions.map((version) => ({ ...version })),
  };
}

function sections(parameters: PolicyParameters): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, section]: [string, object | undefined]) => [
      name,
      { ...section },
    ]),
  );
}

/** `sha256:` and the hash of the canonical JSON. */
export function policyRevision(document: PolicyDocument): string {
  return `sha256:${sha256Hex(canonicalPolicy(document))}`;
}

export function canonicalPolicy(document: PolicyDocument): string {
  const plain: Json = JSON.parse(JSON.stringify(document));
  return canonicalJson(plain);
}

/** Values that a lawyer has to look at, by their path in the document. */
export function unverifiedValues(
  document: PolicyDocument,
): readonly { readonly path: string; readonly note: string }[] {
  return document.jurisdictions.flatMap((version, index) => {
    const marks = Array.isArray(version['unverified']) ? version['unverified'] : [];
    return marks.flatMap((mark: unknown) => {
      if (typeof mark !== 'object' || mark === null) return [];
      const path = 'path' in mark ? String(mark.path) : '';
      const note = 'note' in mark ? String(mark.note) : '';
      return [{ path: `/jurisdictions/${index}/${path}`, note }];
    });
  });
}
