import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Connection } from '../connection.ts'
import { CommandFailure, RefusedRequest } from '../failure.ts'
import { findSources } from './find-sources.ts'
import { ingestFiles, type Outcome } from './ingest-files.ts'
import type { StoredFile } from './send-file.ts'

const names = ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt', 'f.txt']

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-ingest-'))
  for (const name of names) await writeFile(join(folder, name), name)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const stored: StoredFile = {
  id: 'fil_1',
  name: 'x',
  status: 'queued',
  failure: null,
  sha256: '',
  size_bytes: 0,
  page_count: null,
}

type Server = { upload: (name: string) => StoredFile; read: () => StoredFile }

function connectionTo({ upload, read }: Server): Connection {
  const unexpected = () => Promise.reject(new Error('not part of this'))
  return {
    url: 'http://127.0.0.1/',
    post: unexpected,
    patch: unexpected,
    put: unexpected,
    delete: unexpected,
    download: unexpected,
    list: async function* () {},
    get: (path) => Promise.resolve(JSON.parse(JSON.stringify(path === '/v1/files' ? { data: [] } : read()))),
    upload: async (_path, form) =>
      JSON.parse(JSON.stringify(upload(JSON.stringify(form.get('external_id'))))),
  }
}

async function outcomesOf(server: Server, isWaiting = true): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  await ingestFiles(connectionTo(server), await findSources([folder]), {
    isWaiting,
    place: { folder: undefined, isFlat: false },
    onSent: () => {},
    onOutcome: (outcome) => outcomes.push(outcome),
  })
  return outcomes
}

const ready = (): StoredFile => ({ ...stored, status: 'ready' })

const refusal = (status: number) =>
  new RefusedRequest({ status, code: 'x', detail: `refused with ${status}`, request_id: 'req_1' })

test('every file has exactly one outcome, once it can be found', async () => {
  const outcomes = await outcomesOf({ upload: () => stored, read: ready })
  expect(outcomes.map(({ path, status }) => `${path} ${status}`).sort()).toEqual(
    names.map((name) => `${name} ready`),
  )
})

test('without waiting a file is done when its bytes are there', async () => {
  const read = () => {
    throw new Error('nobody asked')
  }
  expect((await outcomesOf({ upload: () => stored, read }, false)).map(({ status }) => status)).toEqual(
    names.map(() => 'sent'),
  )
})

test.each([413, 422, 500])('one file that is refused with %i keeps no other file away', async (status) => {
  const upload = (name: string) => {
    if (name === '"b.txt"') throw refusal(status)
    return stored
  }
  const outcomes = await outcomesOf({ upload, read: ready })
  expect(outcomes.filter((outcome) => outcome.status === 'failed')).toEqual([
    { path: 'b.txt', status: 'failed', reason: `refused with ${status}` },
  ])
  expect(outcomes).toHaveLength(names.length)
})

test.each([
  ['a refused key', refusal(401)],
  ['an unknown space', refusal(404)],
  ['a server that is down', new CommandFailure('upstream', 'No answer.')],
])('%s stops everything at once instead of failing file by file', async (_, failure) => {
  let tried = 0
  const upload = () => {
    tried++
    throw failure
  }
  await expect(outcomesOf({ upload, read: ready })).rejects.toBe(failure)
  expect(tried).toBeLessThan(names.length)
})

test('a file that the server could not read fails with the server’s reason', async () => {
  const failure = { reason: 'encrypted', message: 'The file is encrypted.' }
  const read = (): StoredFile => ({ ...stored, status: 'failed', failure })
  const outcomes = await outcomesOf({ upload: () => stored, read })
  expect(new Set(outcomes.map(({ status, reason }) => `${status}: ${reason}`))).toEqual(
    new Set(['failed: The file is encrypted.']),
  )
})
