export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  /** https; without credentials in it. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For the whole exchange, the name's look-up included. */
  readonly timeoutMs: number;
  /** Of the answer's body; null where only the status counts, and then the body is not read. */
  readonly maxBytes: number | null;
}

/** Why there is no answer. `refused`: the gate itself does not call there, and never will. */
export type OutboundFailure = 'refused' | 'timeout' | 'too-large' | 'unreachable';

export type OutboundAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      /** With names in lower case; several values of a name are joined. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  | { readonly ok: false; readonly failure: OutboundFailure };

/**
 * Calls to others: one bounded request, sent once. A redirect is an answer and is not followed. The
 * addresses that it would reach are looked at first: nothing inside our own networks is called,
 * whatever a name resolves to.
 */
export interface Outbound {
  /** False for a URL that is never called: its form alone says so, no name is looked up. */
  accepts(url: string): boolean;
  send(request: OutboundRequest): Promise<OutboundAnswer>;
}
