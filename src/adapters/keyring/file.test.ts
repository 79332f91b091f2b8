import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { randomIds } from '#platform/ids.ts'
import { describeKeyring } from './contract.ts'
import { openFileKeyring } from './file.ts'

const folder = await mkdtemp(join(tmpdir(), 'bulkhead-keyring-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

describeKeyring('directory', () => openFileKeyring(join(folder, 'contract')))

test('what a crash left half done is no key, counts for nothing and goes', async () => {
  const root = join(folder, 'crashed')
  const tenant = randomIds.uuid()
  const keyring = await openFileKeyring(root)
  const key = { version: 1, masterId: 'first', wrapped: Buffer.alloc(65), createdAt: new Date() }
  await keyring.add(tenant, key)
  await writeFile(join(root, tenant, `1.key.${randomIds.uuid()}`), '{"version":')
  await mkdir(join(root, `destroyed-${randomIds.uuid()}`))
  await keyring.prepare()
  expect(await keyring.read(tenant)).toEqual([key])
  expect(await keyring.tenants()).toEqual([tenant])
  expect(await readdir(root)).toEqual([tenant])
  await keyring.removeBelow(tenant, 2)
  expect(await readdir(join(root, tenant))).toEqual([])
})
