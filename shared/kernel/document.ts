import type { EpochMs } from './instant.ts';

/** Languages that people are answered in. */
export const languages = ['de', 'en'] as const;
export type Language = (typeof languages)[number];

/** A document for people to read: what it says, in order, before anybody has laid it out. */
export interface PrintedDocument {
  readonly title: string;
  readonly language: Language;
  /** On whose behalf it is made. */
  readonly author: string;
  readonly createdAt: EpochMs;
  /** What stands at the foot of every page beside its number. */
  readonly footer: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | {
      readonly kind: 'heading';
      readonly level: 2 | 3;
      readonly text: string;
      /** Stands at the foot of every page that begins behind the heading. */
      readonly mark?: string;
    }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** Pairs of a name and what it is. */
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [name: string, value: string])[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly TableColumn[];
      readonly rows: readonly (readonly string[])[];
    };

export interface TableColumn {
  readonly title: string;
  /** Its part of the width, in proportion to the parts of the others. */
  readonly width: number;
}
