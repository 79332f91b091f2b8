import type { Chain } from '#platform/events/index.ts'
import { isUuid } from '../ids.ts'
import type { Scope, TenantScope } from '../scope/index.ts'
import { assertMinted } from '../scope/mint.ts'
import type { SettingName } from './check-out.ts'
import { type SystemReason, systemReasons } from './roles.ts'

/** As whom a transaction acts: a role, and the settings that row security asks for. */
export type Acting = { role: string; settings: Partial<Record<SettingName, string>> }

/**
 * What `authenticate` presents, the SHA-256 of a secret in hexadecimal; whose rows `erase-tenant` removes; which chain
 * `number-events` goes on with.
 */
export type SystemSettings =
  | { secretHash: string }
  | { erasing: TenantScope }
  | { numbering: Chain }
  | 'unnumbered'
  | 'consumers'

/** What is set for somebody, by its names in PostgreSQL. */
export function settingsOf({ role, settings }: Acting): Record<string, string> {
  const own = Object.entries(settings).map(([name, value]) => {
    if (!/^[-0-9a-f,{}on]*$/.test(value)) throw new TypeError(`not a settings value: ${name}`)
    return [`app.${name}`, value]
  })
  return { role, ...Object.fromEntries(own) }
}

/** Until the transaction ends, in one statement: as `set local`, with values that are bound. */
export function setLocally(settings: Record<string, string>): { text: string; values: string[] } {
  const calls = Object.keys(settings).map((name, i) => `set_config('${name}', $${i + 1}, true)`)
  return { text: `select ${calls.join(', ')}`, values: Object.values(settings) }
}

export function actingFor(scope: Scope): Acting {
  assertMinted(scope)
  switch (scope.level) {
    case 'platform':
      return { role: 'bulkhead_platform', settings: { platform: 'on' } }
    case 'partner':
      return { role: 'bulkhead_partner', settings: { partner_id: uuid(scope.partnerId) } }
    case 'tenant':
      return actingIn(scope, scope.part)
  }
}

/**
 * Who is held to spaces, or to parts of them, acts as another role than who may enter all: there is no value of a setting
 * that means all.
 */
export function actingIn({ tenantId, spaces }: TenantScope, part: TenantScope['part']): Acting {
  const own = { tenant_id: uuid(tenantId) }
  if (spaces === 'all') {
    if (part) throw new TypeError('a scope that is held to parts of spaces names them')
    return { role: 'bulkhead_tenant', settings: own }
  }
  const held = { ...own, spaces: listOf(spaces) }
  if (!part) return { role: 'bulkhead_space', settings: held }
  const { sees, changes } = part
  return {
    role: 'bulkhead_part',
    settings: {
      ...held,
      sees_spaces: listOf(sees.spaces),
      sees: listOf(sees.within),
      sees_not: listOf(sees.except),
      changes_spaces: listOf(changes.spaces),
      changes: listOf(changes.within),
      changes_not: listOf(changes.except),
    },
  }
}

function listOf(ids: readonly string[]): string {
  return `{${ids.map(uuid).join(',')}}`
}

export function systemActing(reason: SystemReason, settings: SystemSettings | undefined): Acting {
  return { role: systemReasons[reason], settings: settings ? systemSettings(settings) : {} }
}

function systemSettings(settings: SystemSettings): Acting['settings'] {
  if (settings === 'unnumbered') return { unnumbered: 'on' }
  if (settings === 'consumers') return { consumers: 'on' }
  if ('numbering' in settings) return chainSettings(settings.numbering)
  if ('secretHash' in settings) return { secret_hash: settings.secretHash }
  assertMinted(settings.erasing)
  return { tenant_id: uuid(settings.erasing.tenantId) }
}

export function chainSettings({ level, id }: Chain): Acting['settings'] {
  return level === 'tenant' ? { tenant_id: uuid(id) } : { chain: uuid(id) }
}

function uuid(value: string): string {
  if (!isUuid(value)) throw new TypeError('not a uuid in a scope')
  return value
}
