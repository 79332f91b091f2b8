import type { Mutation } from './mutation.ts'

const authenticate = 'src/features/access/authenticate.ts'
const keys = 'src/features/access/keys.ts'
const server = 'src/http/server.ts'
const credentials = ['test/api/credentials.test.ts']
const foreign = ['test/isolation/foreign-ids.test.ts']

/** Who is let in, and what is said to whom. */
export const access: Mutation[] = [
  {
    guard: 'A route is closed to levels that it does not name',
    statement: 'I13',
    file: server,
    find: 'if (!route.levels.includes(scope.level))',
    replace: 'if (route.levels.length === 0)',
    tests: ['src/http/server.test.ts'],
  },
  {
    guard: 'A route is closed to keys without its permission',
    statement: 'I13',
    file: server,
    find: 'if (!may) throw',
    replace: 'if (may === undefined) throw',
    tests: ['src/http/server.test.ts'],
  },
  {
    guard: 'A revoked key is refused',
    statement: 'I19',
    file: authenticate,
    find: '  if (key.revoked_at) throw revokedCredential()\n',
    replace: '',
    tests: ['test/api/keys.test.ts'],
  },
  {
    guard: 'An expired key is refused',
    statement: 'I19',
    file: authenticate,
    find: 'if (key.expires_at && key.expires_at <= now)',
    replace: 'if (key.expires_at && key.expires_at <= key.expires_at && !now)',
    tests: credentials,
  },
  {
    guard: 'The keys of a suspended tenant are refused',
    statement: 'I19',
    file: authenticate,
    find: "if (key.tenant_status && key.tenant_status !== 'active')",
    replace: "if (key.tenant_status === 'archived')",
    tests: ['test/api/tenants.test.ts'],
  },
  {
    guard: 'The keys of a suspended partner’s tenants are refused',
    statement: 'I19',
    file: authenticate,
    find: "if (key.partner_status && key.partner_status !== 'active')",
    replace: "if (key.level === 'partner' && key.partner_status !== 'active')",
    tests: credentials,
  },
  {
    guard: 'A key of a space is a key of that space alone',
    statement: 'I13',
    file: 'src/features/access/rights/read-key-rights.ts',
    find: "reach: { spaces: bound ?? 'all' }, user: undefined",
    replace: "reach: { spaces: 'all' }, user: undefined",
    tests: ['test/api/spaces.test.ts'],
  },
  {
    guard: 'A key hands on no permission that it does not hold',
    statement: 'I13',
    file: keys,
    find: '(permission) => !sameSide || scope.permissions.has(permission)',
    replace: '(permission) => !sameSide || permission !== undefined',
    tests: ['test/api/keys.test.ts'],
  },
  {
    guard: 'A key for a tenant names the tenant’s own partner, or none',
    statement: 'I11',
    file: keys,
    find: 'if (partnerId !== null && row.partner_id !== partnerId) throw tenantNotFound()',
    replace: 'if (row === undefined) throw tenantNotFound()',
    tests: ['test/api/keys.test.ts'],
  },
  {
    guard: 'A foreign file’s id is answered like nobody’s',
    statement: 'I11',
    file: 'src/features/files/queries.ts',
    find: 'if (!row) throw fileNotFound()\n  return withTitle',
    replace: 'if (!row) throw fileNotFound(id ? undefined : `${text} is no id.`)\n  return withTitle',
    tests: foreign,
  },
  {
    guard: 'A foreign space’s name is answered like nobody’s',
    statement: 'I11',
    file: 'src/features/tenancy/queries.ts',
    find: 'if (!row) throw spaceNotFound()',
    replace: 'if (!row) throw spaceNotFound(`There is no space ${text}.`)',
    tests: foreign,
  },
  {
    guard: 'A foreign key’s id is answered like nobody’s',
    statement: 'I11',
    file: keys,
    find: 'const key = id && (await findKey(tx, id))\n    if (!key) throw keyNotFound()',
    replace:
      "const key = id && (await findKey(tx, id))\n    if (!id) throw notHere('id', 'is no id')\n    if (!key) throw keyNotFound()",
    tests: foreign,
  },
  {
    guard: 'A partner’s key makes tenants of its own partner alone',
    statement: 'I13',
    file: 'src/features/tenancy/tenants.ts',
    find: "if (scope.level === 'partner' && input.partner !== undefined)",
    replace: "if (scope.level === 'partner' && input.partner === '')",
    tests: ['test/api/tenants.test.ts'],
  },
  {
    guard: 'Only the platform lists by partner',
    statement: 'I13',
    file: 'src/features/tenancy/tenants.ts',
    find: "if (partner !== undefined && scope.level !== 'platform')",
    replace: "if (partner === '' && scope.level !== 'platform')",
    tests: ['test/api/tenants.test.ts'],
  },
  {
    guard: 'A slug that two partners use names no tenant to the platform',
    statement: 'I17',
    file: 'src/features/tenancy/queries.ts',
    find: 'if (!row || rows.length > 1)',
    replace: 'if (!row)',
    tests: ['test/api/tenants.test.ts'],
  },
  {
    guard: 'A field that the request does not have is refused, never ignored',
    statement: 'I13',
    file: 'src/http/validation.ts',
    find: 'removeAdditional: false',
    replace: "removeAdditional: 'all'",
    tests: ['test/api/bad-bodies.test.ts'],
  },
  {
    guard: 'A place in a list is a time and an id, and nothing else is read as one',
    statement: 'I13',
    file: 'src/http/cursor.ts',
    find: ' || !isUuid(id)',
    replace: " || id === ''",
    tests: ['src/http/cursor.test.ts'],
  },
]
