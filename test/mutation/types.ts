import type { Mutation } from './mutation.ts'

const scope = 'src/platform/scope/scope.ts'
const db = 'src/platform/db/db.ts'
const tx = 'src/platform/db/tx.ts'
const blobs = 'src/adapters/blobs/port.ts'
const tests = ['test/types']

/** What must not compile. */
export const types: Mutation[] = [
  {
    guard: 'A scope carries a mark that no plain object has',
    statement: 'I13',
    file: scope,
    find: 'readonly [minted]: true',
    replace: 'readonly [minted]?: true',
    tests,
  },
  {
    guard: 'A scope’s tenant is read only',
    statement: 'I13',
    file: scope,
    find: 'readonly tenantId: string',
    replace: 'tenantId: string',
    tests,
  },
  {
    guard: 'A scope’s spaces are read only',
    statement: 'I13',
    file: scope,
    find: "readonly spaces: 'all'",
    replace: "spaces: 'all'",
    tests,
  },
  {
    guard: 'Only a tenant’s scope opens the tenant’s door to the database',
    statement: 'I13',
    file: db,
    find: 'tenant: <T>(scope: TenantScope, work',
    replace: 'tenant: <T>(scope: Scope, work',
    tests,
  },
  {
    guard: 'Only the platform’s scope opens the platform’s door',
    statement: 'I13',
    file: db,
    find: 'platform: <T>(scope: PlatformScope, work',
    replace: 'platform: <T>(scope: Scope, work',
    tests,
  },
  {
    guard: 'Partners, the platform and the system see no content tables',
    statement: 'I03',
    file: tx,
    find: "type SharedTables = Pick<Tables, 'partners' | 'tenants' | 'keys'>",
    replace: 'type SharedTables = Tables',
    tests,
  },
  {
    guard: 'A tenant does not see the table of partners',
    statement: 'I03',
    file: tx,
    find: "type TenantTables = Omit<Tables, 'partners' | 'admin_events' | 'admin_event_chains'>",
    replace: 'type TenantTables = Tables',
    tests,
  },
  {
    guard: 'Work between requests needs a reason from a closed list',
    statement: 'I03',
    file: db,
    find: 'reason: SystemReason,\n    work: (tx: SystemTx)',
    replace: 'reason: string,\n    work: (tx: SystemTx)',
    tests,
  },
  {
    guard: 'A blob is named by a tenant’s scope',
    statement: 'I17',
    file: blobs,
    find: 'read: (scope: TenantScope,',
    replace: 'read: (scope: { tenantId: string } | string | object,',
    tests,
  },
]
