import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findSources } from './find-sources.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bulkhead-sources-'))
  for (const folder of ['a/deep', 'b', '.git']) await mkdir(join(root, folder), { recursive: true })
  for (const file of ['a/deep/two.txt', 'a/one.txt', 'b/one.txt', '.git/config', '.env']) {
    await writeFile(join(root, file), 'text')
  }
})
afterEach(() => rm(root, { recursive: true, force: true }))

const idsOf = async (...paths: string[]) => (await findSources(paths)).map(({ externalId }) => externalId)

test('files are known by their path below the root, in the order of their names', async () => {
  expect(await idsOf(root)).toEqual(['a/deep/two.txt', 'a/one.txt', 'b/one.txt'])
  expect(await idsOf(join(root, 'a/'))).toEqual(['deep/two.txt', 'one.txt'])
  expect(await idsOf(join(root, 'a/one.txt'))).toEqual(['one.txt'])
})

test('hidden files stay out, unless one is named itself', async () => {
  expect(await idsOf(join(root, '.env'), join(root, 'b'))).toEqual(['.env', 'one.txt'])
})

test('symbolic links lead nowhere', async () => {
  await symlink('/etc', join(root, 'b/etc'))
  await symlink('/etc/hostname', join(root, 'b/name.txt'))
  expect(await idsOf(join(root, 'b'))).toEqual(['one.txt'])
})

test('two roots with a file of the same name are refused before anything is sent', async () => {
  await expect(findSources([join(root, 'a'), join(root, 'b')])).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('would both be one.txt'),
  })
})

test('a path that is not there is named', async () => {
  await expect(findSources([join(root, 'gone')])).rejects.toMatchObject({ kind: 'usage' })
})
