import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileKeyring } from '#adapters/keyring/file.ts'
import { randomIds } from '../ids.ts'
import {
  checkKeyring,
  createMasterKey,
  createVault,
  KeyMissing,
  parseMasterKey,
  SealBroken,
} from './index.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-vault-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const place = { table: 'chunks', row: '1', column: 'content' }
let now = Date.now()
const clock = { now: () => new Date(now) }
const master = parseMasterKey(createMasterKey())
const open = async (with_ = master) =>
  createVault({ keyring: await openFileKeyring(folder), master: with_, clock })
const [acme, globex] = [randomIds.uuid(), randomIds.uuid()]

test('a tenant’s content opens with its own key, also after a restart, and never with another tenant’s', async () => {
  const vault = await open()
  await vault.createKey(acme)
  await vault.createKey(globex)
  const sealed = (await vault.keysOf(acme)).sealText(place, 'ninety days')
  const restarted = await open()
  expect((await restarted.keysOf(acme)).unsealText(place, sealed)).toBe('ninety days')
  const foreign = await restarted.keysOf(globex)
  expect(() => foreign.unsealText(place, sealed)).toThrow(SealBroken)
})

test('a tenant without a key is refused: none is ever made in silence', async () => {
  await expect((await open()).keysOf(acme)).rejects.toThrow(KeyMissing)
  expect(await readdir(folder)).toEqual([])
})

test('a key is never overwritten', async () => {
  const vault = await open()
  await vault.createKey(acme)
  const sealed = (await vault.keysOf(acme)).sealText(place, 'x')
  await expect(vault.createKey(acme)).rejects.toThrow(/EEXIST/)
  expect((await (await open()).keysOf(acme)).unsealText(place, sealed)).toBe('x')
})

test('after its key is destroyed a tenant’s content opens nowhere; the neighbour’s still does', async () => {
  const vault = await open()
  const other = await open()
  for (const tenant of [acme, globex]) await vault.createKey(tenant)
  const sealed = (await other.keysOf(globex)).sealText(place, 'stays')
  await other.keysOf(acme)
  await vault.destroyKeys(acme)
  await expect(vault.keysOf(acme)).rejects.toThrow(KeyMissing)
  now += 31_000
  await expect(other.keysOf(acme)).rejects.toThrow(KeyMissing)
  expect((await other.keysOf(globex)).unsealText(place, sealed)).toBe('stays')
})

test('a wrong master key, and an empty keyring below a database with tenants, are refused with what to restore', async () => {
  const keyring = await openFileKeyring(folder)
  await expect(checkKeyring(keyring, master, false)).resolves.toBeUndefined()
  await expect(checkKeyring(keyring, master, true)).rejects.toThrow(/Restore the keyring/)
  await (await open()).createKey(acme)
  await expect(checkKeyring(keyring, master, true)).resolves.toBeUndefined()
  await expect(checkKeyring(keyring, parseMasterKey(createMasterKey()), true)).rejects.toThrow(
    /Restore the right one/,
  )
})

test('a master key that is not 32 bytes in base64 is refused with how to make one', () => {
  for (const text of ['', 'short', 'x'.repeat(44), Buffer.alloc(31).toString('base64')]) {
    expect(() => parseMasterKey(text)).toThrow(/openssl rand -base64 32/)
  }
})
