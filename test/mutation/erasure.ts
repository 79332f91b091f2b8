import type { Mutation } from './mutation.ts'
import { refusedByExamination } from './start-checks.ts'

const file = 'migrations/0001_foundation.sql'
const erase = 'src/features/lifecycle/erase-tenant.ts'
const goneTenants = 'src/features/lifecycle/remove-gone-tenants.ts'
const tests = ['test/isolation/erasure.test.ts']
const cutOff = ['test/isolation/erasure-cut-off.test.ts']

/** What the end of one tenant takes with it, and what it leaves alone. */
export const erasure: Mutation[] = [
  {
    guard: 'The end of a tenant destroys its keys before anything else',
    statement: 'I30',
    file: erase,
    find: '  await deps.destroyKeys(scope.tenantId)\n  await deps.db',
    replace: '  await deps.db',
    tests: cutOff,
  },
  {
    guard: 'The end of a tenant destroys the keys that came after the first destruction',
    statement: 'I30',
    file: erase,
    find: '  await deps.destroyKeys(scope.tenantId)\n  await erasing(',
    replace: '  await erasing(',
    tests: cutOff,
  },
  {
    guard: 'The end of a tenant takes its bytes',
    statement: 'I30',
    file: erase,
    find: '  await deps.blobs.removeAll(scope)\n',
    replace: '',
    tests,
  },
  {
    guard: 'What an upload left of an erased tenant goes at the next start',
    statement: 'I30',
    file: goneTenants,
    find: '    await blobs.removeAll(scopeOfGoneTenant(operator, id))\n',
    replace: '',
    tests: ['test/api/unclaimed.test.ts'],
  },
  {
    guard: 'Whoever has a data key is not taken for an erased tenant',
    statement: 'I30',
    file: goneTenants,
    find: ' || (await vault.hasKeys(id))',
    replace: '',
    tests: ['test/api/unclaimed.test.ts'],
  },
  {
    guard: 'An upload that outlives its tenant leaves not even a folder',
    statement: 'I30',
    file: 'src/adapters/blobs/file-system.ts',
    find: '    await removeEmpty([dirname(path), dirname(dirname(path))])\n',
    replace: '',
    tests: ['test/isolation/erasure-held.test.ts'],
  },
  {
    guard: 'A tenant whose end was ordered does not come back',
    statement: 'I19',
    file,
    find: "when (old.status = 'erasing' and new.status <> 'erasing')",
    replace: "when (old.status = 'erasing' and new.status is null)",
    tests: ['test/isolation/eraser.test.ts'],
  },
  {
    guard: 'A living tenant is nothing to the eraser',
    statement: 'I06',
    file,
    find: "::uuid and status = ''erasing'')'",
    replace: "::uuid)'",
    tests: ['test/isolation/settings.test.ts'],
    alone: [
      {
        file,
        find: "own_tenant || ' and status = ''erasing''')",
        replace: 'own_tenant)',
      },
    ],
    atStart: refusedByExamination('policy erasure on chunks shows rows where'),
  },
  {
    guard: 'The eraser reads nothing of what it deletes',
    statement: 'I03',
    file,
    find: 'grant delete, select (ctid, tenant_id) on %s to bulkhead_eraser',
    replace: 'grant delete, select on %s to bulkhead_eraser',
    tests: ['test/isolation/catalogue.test.ts'],
    atStart: refusedByExamination('lets bulkhead_eraser select, which is not declared'),
  },
]
