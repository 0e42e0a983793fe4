import type * as z from 'zod';
import type { ProblemType } from '../problems.ts';
import type { Scope } from '../scopes.ts';

/** A group of routes is one Lambda function with the rights that its routes need. */
export const routeGroups = [
  'facts',
  'imports',
  'permissions',
  'campaigns',
  'clearances',
  'checks',
  'evidence',
  'subjects',
  'proofs',
  'retention',
  'policies',
  'breaches',
  'deliveries',
  'delivery-sources',
  'webhooks',
  'operation',
] as const;
export type RouteGroup = (typeof routeGroups)[number];

export type BodyForm = 'json' | 'form' | 'raw';

export const mediaTypes = [
  'application/json',
  'application/x-ndjson',
  'application/pdf',
  'text/calendar',
  'text/csv',
  'text/html',
] as const;
export type MediaType = (typeof mediaTypes)[number];

export interface RouteDefinition {
  readonly group: RouteGroup;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** With `{name}` for path parameters. */
  readonly path: string;
  readonly summary: string;
  /** Any one of these lets a caller in; an empty list makes the route public. */
  readonly scopes: readonly Scope[];
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /**
   * How the body comes: as JSON unless said; as a form, whose fields the schema then sees; or raw,
   * for callers who sign the bytes that they send.
   */
  readonly bodyForm?: BodyForm;
  readonly success: {
    readonly status: 200 | 201 | 202;
    readonly body: z.ZodType;
    /** Media types that the answer may have beside or instead of JSON; JSON alone unless said. */
    readonly types?: readonly MediaType[];
  };
  /** Takes an Idempotency-Key: a POST that changes state. */
  readonly idempotent: boolean;
  readonly problems: readonly ProblemType[];
}

/** Whether a request may come without this body, and then without a content type. */
export function mayBeLeftOut(body: z.ZodType): boolean {
  return body.safeParse(undefined).success;
}
