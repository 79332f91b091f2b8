import { createHash, randomBytes } from 'node:crypto'
import { type DataKey, seal, SealBroken, unseal } from './seal.ts'
import type { WrappedKey } from './keyring.ts'

/** A master key: 32 bytes from the configuration, never stored by us but in the file of a first start. */
export type MasterKey = {
  /** 16 hexadecimal digits that tell it from others and say nothing else about it. */
  id: string
  secret: Buffer
}

/** The one that seals data keys, and others that may have sealed some of them before. */
export type MasterKeys = { current: MasterKey; others: readonly MasterKey[] }

/** @param text base64 of 32 bytes. @throws Error that says how to make one */
export function parseMasterKey(text: string): MasterKey {
  const secret = Buffer.from(text.trim(), 'base64')
  if (secret.length !== 32 || !/^[A-Za-z0-9+/]{43}=$/.test(text.trim())) {
    throw new Error('must be 32 bytes in base64, as `openssl rand -base64 32` prints them')
  }
  return {
    id: createHash('sha256').update('bulkhead master key id').update(secret).digest('hex').slice(0, 16),
    secret,
  }
}

export function createMasterKey(): string {
  return randomBytes(32).toString('base64')
}

export function findMaster({ current, others }: MasterKeys, id: string): MasterKey | undefined {
  return [current, ...others].find((master) => master.id === id)
}

/** @throws SealBroken when it was sealed by none of these, or changed since */
export function unwrapKey(masters: MasterKeys, tenantId: string, key: WrappedKey): DataKey {
  const place = placeOf(tenantId, key.version)
  const master = findMaster(masters, key.masterId)
  if (!master) throw new SealBroken(`no master key with the id ${key.masterId} was given`, place)
  return { version: key.version, secret: unseal(asDataKey(master), place, key.wrapped) }
}

export function wrapKey(
  { id, secret }: MasterKey,
  tenantId: string,
  key: DataKey,
  createdAt: Date,
): WrappedKey {
  const wrapped = seal(asDataKey({ id, secret }), placeOf(tenantId, key.version), key.secret)
  return { version: key.version, masterId: id, wrapped, createdAt }
}

function asDataKey({ secret }: MasterKey): DataKey {
  return { version: 0, secret }
}

function placeOf(tenantId: string, version: number): string {
  return `keyring/${tenantId}/${version}`
}
