/** Every scope, and the roles that hold them (API, Conventions). */
export const scopes = [
  'ledger:write',
  'refusals:write',
  'campaigns:read',
  'campaigns:write',
  'campaigns:release',
  'checks:write',
  'recalls:read',
  'decisions:read',
  'subjects:read',
  'subjects:erase',
  'policies:read',
  'policies:write',
  'breaches:read',
  'breaches:write',
  'audit:read',
  'admin:write',
] as const;
export type Scope = (typeof scopes)[number];

export const roleNames = [
  'marketing-tool',
  'consent-source',
  'dpo',
  'incident-responder',
  'auditor',
  'admin',
] as const;
export type RoleName = (typeof roleNames)[number];

export const roles: Readonly<Record<RoleName, readonly Scope[]>> = Object.freeze({
  'marketing-tool': ['campaigns:read', 'campaigns:write', 'checks:write', 'recalls:read'],
  'consent-source': ['ledger:write'],
  dpo: [
    'campaigns:read',
    'campaigns:release',
    'decisions:read',
    'subjects:read',
    'subjects:erase',
    'refusals:write',
    'policies:read',
    'policies:write',
    'breaches:read',
    'audit:read',
  ],
  'incident-responder': ['breaches:read', 'breaches:write', 'decisions:read'],
  auditor: scopes.filter((scope) => scope.endsWith(':read')),
  admin: ['admin:write', 'policies:read'],
});
