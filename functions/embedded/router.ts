import { operationIds, routeOf, type OperationId } from '../../shared/contract/routes.ts';

export type Match =
  | {
      readonly found: true;
      readonly operation: OperationId;
      readonly params: Readonly<Record<string, string>>;
    }
  /** The path exists, with other methods. */
  | { readonly found: false; readonly allowed: readonly string[] };

/** The route table as a matcher; a fixed segment goes before a parameter, as in API Gateway. */
export function matchRoute(method: string, path: string): Match {
  const segments = path.split('/');
  const allowed: string[] = [];
  for (const operation of operationIds()) {
    const route = routeOf(operation);
    const params = matchPath(route.path.split('/'), segments);
    if (params === null) continue;
    if (route.method === method) return { found: true, operation, params };
    allowed.push(route.method);
  }
  return { found: false, allowed };
}

function matchPath(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      if (part !== segment) return null;
      continue;
    }
    const value = decode(segment);
    if (value === null || value === '') return null;
    params[name] = value;
  }
  return params;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
