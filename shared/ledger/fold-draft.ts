import { parseInstant, type EpochMs } from '../kernel/instant.ts';
import type { ContactPointState, Since } from './contact-point-state.ts';
import type { LedgerEvent } from './ledger-event.ts';

/** A state while events are folded into it. */
export type Draft = { -readonly [Field in keyof ContactPointState]: ContactPointState[Field] };

export type EventOf<Type extends LedgerEvent['type']> = Extract<LedgerEvent, { type: Type }>;

export function since(event: LedgerEvent): Since {
  return { at: event.occurredAt, event: event.id };
}

export function instantOf(text: string | null | undefined): EpochMs | null {
  return text == null ? null : parseInstant(text);
}
