import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileKeyring } from '#adapters/keyring/file.ts'
import { randomIds } from '../ids.ts'
import {
  checkKeyring,
  contextOf,
  createMasterKey,
  createVault,
  type Keyring,
  KeyNotAdded,
  type MasterKeys,
  parseMasterKey,
  SealBroken,
} from './index.ts'
import { wrapKey } from './master-keys.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-vault-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const place = { table: 'chunks', row: '1', column: 'content' }
let now = Date.now()
const clock = { now: () => new Date(now) }
const newMasters = (): MasterKeys => ({ current: parseMasterKey(createMasterKey()), others: [] })
const masters = newMasters()
const open = async (given = masters) =>
  createVault({ keyring: await openFileKeyring(folder), masters: given, clock, rememberMs: 30_000 })
/** Refused with `content.key_missing`. */
const missing = { code: 'content.key_missing', status: 503 }
const [acme, globex] = [randomIds.uuid(), randomIds.uuid()]

test('a tenant’s content opens with its own key, also after a restart, and never with another tenant’s', async () => {
  const vault = await open()
  await vault.createKey(acme)
  await vault.createKey(globex)
  const sealed = (await vault.keysOf(acme)).sealer(1).sealText(place, 'ninety days')
  const restarted = await open()
  expect((await restarted.keysOf(acme)).unsealText(place, sealed)).toBe('ninety days')
  const foreign = await restarted.keysOf(globex)
  expect(() => foreign.unsealText(place, sealed)).toThrow(SealBroken)
  expect((await restarted.keysOf(acme)).unsealText(place, sealed)).toBe('ninety days')
})

test('content opens in its own table, row and column alone, and its place names its tenant', async () => {
  const vault = await open()
  await vault.createKey(acme)
  const keys = await vault.keysOf(acme)
  const sealed = keys.sealer(1).sealText(place, 'ninety days')
  expect(keys.unsealText({ ...place }, sealed)).toBe('ninety days')
  for (const change of [{ table: 'versions' }, { row: '2' }, { column: 'title' }]) {
    expect(() => keys.unsealText({ ...place, ...change }, sealed), JSON.stringify(change)).toThrow(SealBroken)
  }
  expect(contextOf(acme, place)).not.toBe(contextOf(globex, place))
})

test('no two tenants have the same key', async () => {
  const vault = await open()
  for (const tenant of [acme, globex]) await vault.createKey(tenant)
  const [one, other] = [await vault.keysOf(acme), await vault.keysOf(globex)]
  expect(one.newest.secret.equals(other.newest.secret)).toBe(false)
})

test('a wrapped key that is put below another tenant does not open there', async () => {
  await (await open()).createKey(acme)
  await cp(join(folder, acme), join(folder, globex), { recursive: true })
  const vault = await open()
  await expect(vault.keysOf(acme)).resolves.toBeDefined()
  await expect(vault.keysOf(globex)).rejects.toThrow(SealBroken)
})

test('a tenant without a key is refused: none is ever made in silence', async () => {
  await expect((await open()).keysOf(acme)).rejects.toMatchObject(missing)
  expect(await readdir(folder)).toEqual([])
})

test('a key is never overwritten', async () => {
  const vault = await open()
  await vault.createKey(acme)
  const sealed = (await vault.keysOf(acme)).sealer(1).sealText(place, 'x')
  await expect(vault.createKey(acme)).rejects.toThrow(KeyNotAdded)
  expect((await (await open()).keysOf(acme)).unsealText(place, sealed)).toBe('x')
})

test('after its key is destroyed a tenant’s content opens nowhere; the neighbour’s still does', async () => {
  const vault = await open()
  const other = await open()
  for (const tenant of [acme, globex]) await vault.createKey(tenant)
  const sealed = (await other.keysOf(globex)).sealer(1).sealText(place, 'stays')
  for (const reader of [vault, other]) await reader.keysOf(acme)
  await vault.destroyKeys(acme)
  await expect(vault.keysOf(acme)).rejects.toMatchObject(missing)
  now += 31_000
  await expect(other.keysOf(acme)).rejects.toMatchObject(missing)
  expect((await other.keysOf(globex)).unsealText(place, sealed)).toBe('stays')
})

test('a key that is destroyed while somebody reads it is not remembered', async () => {
  const keyring = await openFileKeyring(folder)
  const [reading, going] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const slow: Keyring = {
    ...keyring,
    read: async (tenantId) => {
      const keys = await keyring.read(tenantId)
      reading.resolve()
      await going.promise
      return keys
    },
  }
  const vault = createVault({ keyring: slow, masters, clock, rememberMs: 30_000 })
  await vault.createKey(acme)
  const asked = vault.keysOf(acme)
  await reading.promise
  await vault.destroyKeys(acme)
  going.resolve()
  await asked
  await expect(vault.keysOf(acme)).rejects.toMatchObject(missing)
})

test('an unknown version is a missing key, and is looked for again at once', async () => {
  const vault = await open()
  const other = await open()
  await vault.createKey(acme)
  const before = await other.keysOf(acme)
  const keyring = await openFileKeyring(folder)
  const second = { version: 2, secret: Buffer.alloc(32, 2) }
  await keyring.add(acme, wrapKey(masters.current, acme, second, new Date()))
  expect(() => before.get(2)).toThrow(expect.objectContaining(missing))
  expect((await other.keysOf(acme)).get(2)).toEqual(second)
})

test('a key that another process made is asked for where the caller says that there is one', async () => {
  const vault = await open()
  const other = await open()
  await vault.createKey(acme)
  expect((await other.keysOf(acme)).newest.version).toBe(1)
  await vault.createNext(acme, 1)
  expect((await other.keysOf(acme)).newest.version).toBe(1)
  expect((await other.keysOf(acme, 2)).newest.version).toBe(2)
})

test('every key of the keyring is held against the master keys at the start, not one of them', async () => {
  const keyring = await openFileKeyring(folder)
  await expect(checkKeyring(keyring, masters, false)).resolves.toEqual([])
  await expect(checkKeyring(keyring, masters, true)).rejects.toThrow(/Restore the keyring/)
  await (await open()).createKey(acme)
  await expect(checkKeyring(keyring, masters, true)).resolves.toEqual([])
  const next = newMasters()
  await expect(checkKeyring(keyring, next, true)).rejects.toThrow(/1 key .* Restore the right one/)
  // Two tenants, two master keys: whichever comes first in the folder, the other one is missed too.
  await (await open(next)).createKey(globex)
  for (const given of [masters, next]) {
    await expect(checkKeyring(keyring, given, true)).rejects.toThrow(/1 key .* Restore the right one/)
  }
  const both = { current: next.current, others: [masters.current] }
  await expect(checkKeyring(keyring, both, true)).resolves.toEqual([])
  await keyring.destroy(acme)
  await expect(checkKeyring(keyring, both, true)).resolves.toEqual([masters.current.id])
})

test('a master key that is not 32 bytes in base64 is refused with how to make one', () => {
  for (const text of ['', 'short', 'x'.repeat(44), Buffer.alloc(31).toString('base64')]) {
    expect(() => parseMasterKey(text)).toThrow(/openssl rand -base64 32/)
  }
})
