import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { openFileSystemBlobs } from './file-system.ts'
import { BlobMissing, type BlobStore, BlobTooLarge } from './port.ts'

let root: string
let blobs: BlobStore
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'blobs-'))
  blobs = await openFileSystemBlobs(root)
})
afterEach(() => rm(root, { recursive: true }))

const scopeOf = (tenantId: string) =>
  mintScope<TenantScope>({
    level: 'tenant',
    partnerId: randomUUID(),
    tenantId,
    spaces: 'all',
    subject: { type: 'operator', id: 'test', name: 'test' },
    permissions: new Set(),
    requestId: 'test',
    signal: new AbortController().signal,
  })
const [own, other] = [scopeOf(randomUUID()), scopeOf(randomUUID())]
const content = Buffer.from('what a customer wrote')
const write = (blob: string, of: Iterable<Buffer> | AsyncIterable<Buffer> = [content], maxBytes = 1000) =>
  blobs.write(own, blob, Readable.from(of), maxBytes)
/** At most `length` bytes from `start` on, or all. */
async function readBlob(scope: TenantScope, blob: string, start = 0, length = 1000): Promise<Buffer> {
  const opened = await blobs.open(scope, blob)
  try {
    return await opened.read(start, length)
  } finally {
    await opened.close()
  }
}
async function namesOf(scope: TenantScope): Promise<string[]> {
  const names = []
  for await (const name of blobs.list(scope)) names.push(name)
  return names
}
const filesBelow = async () =>
  (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())

test('what was written is read back, whole and in ranges, and known by its size', async () => {
  const blob = randomUUID()
  await write(blob, [content.subarray(0, 5), content.subarray(5)])
  expect(await readBlob(own, blob)).toEqual(content)
  expect(await readBlob(own, blob, 5, 3)).toEqual(content.subarray(5, 8))
  expect(await readBlob(own, blob, content.length - 1, 9)).toEqual(content.subarray(-1))
  expect(await readBlob(own, blob, content.length + 1, 9)).toHaveLength(0)
  expect(await namesOf(own)).toEqual([blob])
})

test('an empty blob is one too', async () => {
  const blob = randomUUID()
  await write(blob, [])
  expect(await readBlob(own, blob)).toHaveLength(0)
})

describe('another tenant', () => {
  test('finds nothing under a name that is not its own, and removes nothing', async () => {
    const blob = randomUUID()
    await write(blob)
    await expect(blobs.open(other, blob)).rejects.toThrow(BlobMissing)
    await blobs.remove(other, blob)
    expect(await namesOf(other)).toEqual([])
    expect(await readBlob(own, blob)).toEqual(content)
  })

  test('stores the same bytes under the same name as an object of its own', async () => {
    const blob = randomUUID()
    await write(blob)
    await blobs.write(other, blob, Readable.from([content]), 1000)
    await blobs.remove(own, blob)
    expect(await readBlob(other, blob)).toEqual(content)
  })
})

test.each([
  '',
  '..',
  '../../etc/passwd',
  `${randomUUID()}/../x`,
  'a\0b',
  '.',
  'incoming',
  `${randomUUID()}\n`,
])('a name that could be a path is refused: %j', async (blob) => {
  expect(() => blobs.open(own, blob)).toThrow('not a blob name')
  expect(() => blobs.remove(own, blob)).toThrow('not a blob name')
  expect(() => write(blob)).toThrow('not a blob name')
  expect(() => blobs.open(scopeOf(blob), randomUUID())).toThrow('not a blob name')
})

describe('a write that does not end well', () => {
  test('because it is too large leaves nothing, to the byte', async () => {
    await write(randomUUID(), [content], content.length)
    await expect(write(randomUUID(), [content], content.length - 1)).rejects.toThrow(BlobTooLarge)
    expect(await filesBelow()).toHaveLength(1)
  })

  test('because its source fails leaves nothing', async () => {
    async function* failing() {
      yield content
      await Promise.resolve()
      throw new Error('the caller went away')
    }
    await expect(write(randomUUID(), failing())).rejects.toThrow('the caller went away')
    expect(await filesBelow()).toEqual([])
  })

  test('because all of its tenant was removed meanwhile leaves nothing, not even a folder', async () => {
    async function* removed() {
      yield content
      await blobs.removeAll(own)
      yield content
    }
    await expect(write(randomUUID(), removed())).rejects.toThrow(BlobMissing)
    expect(await readdir(root, { recursive: true })).toEqual(['incoming'])
  })

  test('because the process died shows nothing, and is swept up a day later', async () => {
    const [young, old] = [join(root, 'incoming', randomUUID()), join(root, 'incoming', randomUUID())]
    for (const path of [young, old]) await writeFile(path, content)
    const yesterday = (Date.now() - 25 * 3_600_000) / 1000
    await utimes(old, yesterday, yesterday)
    blobs = await openFileSystemBlobs(root)
    expect(await namesOf(own)).toEqual([])
    // A young one may be another process's upload that is still coming in.
    expect((await filesBelow()).map((entry) => join(entry.parentPath, entry.name))).toEqual([young])
  })
})

test('everybody is known of whom anything is kept or is coming in', async () => {
  await write(randomUUID())
  await writeFile(join(root, 'incoming', `${other.tenantId}.${randomUUID()}`), content)
  expect(new Set(await blobs.tenants())).toEqual(new Set([own.tenantId, other.tenantId]))
  await blobs.removeAll(own)
  expect(await blobs.tenants()).toEqual([other.tenantId])
})

test('nothing is visible before all of it is there', async () => {
  const blob = randomUUID()
  const more = Promise.withResolvers<void>()
  async function* slow() {
    yield content
    await more.promise
    yield content
  }
  const writing = write(blob, slow())
  await expect(blobs.open(own, blob)).rejects.toThrow(BlobMissing)
  more.resolve()
  await writing
  expect(await readBlob(own, blob)).toHaveLength(2 * content.length)
})

test('nobody else on the machine may read a blob, and removing it twice is no error', async () => {
  const blob = randomUUID()
  await write(blob)
  const [file] = await filesBelow()
  expect((await stat(join(file?.parentPath ?? '', blob))).mode & 0o777).toBe(0o600)
  await blobs.remove(own, blob)
  await blobs.remove(own, blob)
  expect(await filesBelow()).toEqual([])
})
