import { scopes, type Scope } from '../../shared/contract/scopes.ts';

/** Who calls, as the verified token says. */
export interface Actor {
  readonly subject: string;
  readonly scopes: ReadonlySet<Scope>;
  /** `*`: every controller. */
  readonly controllers: ReadonlySet<string> | '*';
}

type Claim = string | number | boolean | readonly string[];

/**
 * Reads the claims as API Gateway hands them on: its JWT authorizer flattens a list claim into the
 * text `[a b]`; a controller id has no blank and no bracket, so nothing is lost by that.
 */
export function actorOf(claims: Readonly<Record<string, Claim>>): Actor {
  const granted = new Set(words(claims['scope']));
  const controllers = words(claims['controllers']);
  return {
    subject: String(claims['sub'] ?? ''),
    scopes: new Set(scopes.filter((scope) => granted.has(scope))),
    controllers: controllers.includes('*') ? '*' : new Set(controllers),
  };
}

function words(claim: Claim | undefined): readonly string[] {
  if (claim === undefined) return [];
  if (typeof claim === 'object') return claim;
  return String(claim)
    .replace(/^\[(.*)\]$/, '$1')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
}

export function mayActFor(actor: Actor, controller: string): boolean {
  return actor.controllers === '*' || actor.controllers.has(controller);
}
