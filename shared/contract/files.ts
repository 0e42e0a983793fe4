/**
 * Every class of file and how long it is kept; bucket lifecycle rules and the embedded sweep derive
 * from here. These are the only places where clear-text identifiers may lie at rest.
 */
export const fileClasses = ['audience', 'result', 'upload'] as const;
export type FileClass = (typeof fileClasses)[number];

export interface FileClassDefinition {
  readonly holds: string;
  /** Whole days after which the file is deleted (Art. 5(1)(e) GDPR: no longer than necessary). */
  readonly keptDays: number;
}

export const files: Readonly<Record<FileClass, FileClassDefinition>> = Object.freeze({
  audience: { holds: 'uploaded audiences and their pages', keptDays: 30 },
  result: {
    holds: 'allowed, denied and invalid recipients of a campaign, receipts of imports',
    keptDays: 30,
  },
  /** Deleted as soon as its import has ended; one that nobody starts is not wanted any more. */
  upload: { holds: 'uploaded imports, in clear text', keptDays: 2 },
});
