import { expect, test } from 'vitest'
import type { TenantScope } from './index.ts'
import { assertMinted, mintScope } from './mint.ts'

const scope = mintScope<TenantScope>({
  level: 'tenant',
  partnerId: '01890a5d-ac96-774b-bcce-b302099a8057',
  tenantId: '01890a5d-ac96-774b-bcce-b302099a8058',
  spaces: 'all',
  subject: { type: 'key', id: '01890a5d-ac96-774b-bcce-b302099a8059', name: 'a key' },
  permissions: new Set(),
  requestId: 'req_1',
  signal: new AbortController().signal,
})

test('a minted scope passes', () => {
  expect(() => assertMinted(scope)).not.toThrow()
})

test('a copy of a scope compiles and opens nothing, changed or not', () => {
  expect(() => assertMinted({ ...scope })).toThrow('not a minted scope')
  expect(() => assertMinted({ ...scope, tenantId: '01890a5d-ac96-774b-bcce-b302099a805a' })).toThrow(
    TypeError,
  )
})

test('a scope cannot be turned to another tenant', () => {
  expect(() => Object.assign(scope, { tenantId: 'another' })).toThrow(TypeError)
  expect(scope.tenantId).toBe('01890a5d-ac96-774b-bcce-b302099a8058')
})
