import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import type { Embedder } from '#adapters/embedder/port.ts'
import { type Db, type TenantTx, migrate, openDatabase, readMigrations } from '#platform/db/index.ts'
import { randomIds } from '#platform/ids.ts'
import { createLog } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import {
  createMasterKey,
  createVault,
  type Keyring,
  parseMasterKey,
  type Vault,
  type WrappedKey,
} from '#platform/vault/index.ts'
import { sealChunk } from '#features/files/index.ts'
import { systemClock } from '#platform/clock.ts'
import type { Block } from '../block/block.ts'
import { buildBlock, embedChunks } from '../block/build.ts'
import { decodeBlock } from '../block/decode.ts'
import { encodeBlock } from '../block/encode.ts'
import { blockPlace } from '../queries.ts'
import { publishVersion, withdrawFiles } from '../publish.ts'
import { letterEmbedder } from './letter-embedder.ts'
import type { TestFile } from './rank-by-hand.ts'

/** A migrated embedded database in memory with tenants of two spaces each, without the server. */
export async function openWorkspace(tenantIds: readonly string[], partnerId: string) {
  const migrations = await readMigrations(fileURLToPath(new URL('../../../../migrations', import.meta.url)))
  return openDatabase(
    {
      url: undefined,
      embeddedDir: undefined,
      poolSize: 4,
      preparedStatements: 'auto',
      vault: await openTestVault(tenantIds),
      statementTimeoutMs: 30_000,
      idleInTransactionTimeoutMs: 30_000,
      log: createLog('silent'),
      clock: systemClock,
      ids: randomIds,
      onDeath: (error) => {
        throw error
      },
    },
    async (owner) => {
      await migrate(owner, migrations, undefined)
      await owner.query("insert into partners (id, slug, name) values ($1, 'p', 'p')", [partnerId])
      for (const [i, id] of tenantIds.entries()) {
        await owner.query("insert into tenants (id, partner_id, slug, name) values ($1, $2, $3, 't')", [
          id,
          partnerId,
          `t${i}`,
        ])
      }
    },
  )
}

/** Keys that live as long as the test, one a tenant. */
async function openTestVault(tenantIds: readonly string[]): Promise<Vault> {
  const kept = new Map<string, WrappedKey>()
  const done = Promise.resolve()
  const keyring: Keyring = {
    prepare: () => done,
    read: (tenantId) => Promise.resolve([kept.get(tenantId)].filter((key) => key !== undefined)),
    add: (tenantId, key) => Promise.resolve(void kept.set(tenantId, key)),
    rewrap: () => done,
    removeBelow: () => done,
    destroy: (tenantId) => Promise.resolve(void kept.delete(tenantId)),
    tenants: () => Promise.resolve([...kept.keys()]),
    countByMaster: () => Promise.resolve(new Map()),
    close: () => done,
  }
  const masters = { current: parseMasterKey(createMasterKey()), others: [] }
  const vault = createVault({ keyring, masters, clock: systemClock, rememberMs: 30_000 })
  for (const tenantId of tenantIds) await vault.createKey(tenantId)
  return vault
}

/** Adds spaces with these slugs; their ids. */
export async function addSpaces(db: Db, scope: TenantScope, slugs: readonly string[]): Promise<string[]> {
  const spaces = slugs.map((slug) => ({
    tenant_id: scope.tenantId,
    id: randomIds.uuid(),
    slug,
    name: slug,
    created_at: new Date(),
    updated_at: new Date(),
  }))
  await db.tenant(scope, (tx) => {
    tx.unrecorded('derived')
    return tx.kysely.insertInto('spaces').values(spaces).execute()
  })
  return spaces.map(({ id }) => id)
}

/** A file of the space, not stored yet. */
export async function newFile(
  spaceId: string,
  texts: readonly string[],
  fileId = randomIds.uuid(),
  embedder: Embedder | 'none' = letterEmbedder(),
): Promise<TestFile> {
  const chunk = { heading: '', tableHeader: '', title: '', language: 'en' }
  const chunks = texts.map((text, ordinal) => ({ ...chunk, ordinal, text }))
  const vectors =
    embedder === 'none' ? undefined : await embedChunks(chunks, embedder, new AbortController().signal)
  return { spaceId, fileId, versionId: randomIds.uuid(), createdAt: Date.now(), chunks, vectors }
}

type FileFacts = {
  metadata?: Record<string, unknown>
  origin?: string
  type?: string
  /** 1: as a server before positions would have stored it. */
  format?: 1
}

export async function putFile(db: Db, scope: TenantScope, file: TestFile, facts?: FileFacts): Promise<void> {
  await db.tenant(scope, (tx) => storeFile(tx, file, facts))
}

/** Stores a file with its chunks and makes it searchable, as ingestion does in a space that is to have `embedder`. */
export async function storeFile(
  tx: TenantTx,
  file: TestFile,
  facts: FileFacts = {},
  embedder = 'letters',
): Promise<void> {
  tx.unrecorded('derived')
  const { spaceId, fileId, versionId, chunks, vectors } = file
  const at = new Date(file.createdAt)
  const own = { tenant_id: tx.scope.tenantId, space_id: spaceId }
  await tx.kysely.deleteFrom('files').where('id', '=', fileId).execute()
  await tx.kysely
    .insertInto('files')
    .values({
      ...own,
      id: fileId,
      // Without letters: a name stands in for a title and is embedded with the text.
      name: '1.md',
      origin: facts.origin ?? 'api',
      metadata: JSON.stringify(facts.metadata ?? {}),
      status: 'ready',
      media_type: facts.type ?? 'text/plain',
      size_bytes: 1,
      sha256: Buffer.alloc(32),
      live_version_id: versionId,
      created_at: at,
      updated_at: at,
    })
    .execute()
  const version = {
    ...own,
    id: versionId,
    file_id: fileId,
    number: 1,
    blob: 'b',
    blob_key: 1,
    created_at: at,
  }
  await tx.kysely.insertInto('versions').values(version).execute()
  await storeChunks(tx, file)
  await publishVersion(tx, randomIds, {
    spaceId,
    fileId,
    versionId,
    chunkCount: chunks.length,
    block: buildBlock(chunks),
    vectors: vectors ? [vectors] : [],
    embedder,
    at,
  })
  if (facts.format === 1) await putBackFormat(tx, versionId)
}

async function storeChunks(tx: TenantTx, { spaceId, fileId, versionId, chunks }: TestFile): Promise<void> {
  const { sealer } = await tx.sealing()
  const rows = chunks.map((chunk) => {
    const id = randomIds.uuid()
    return {
      tenant_id: tx.scope.tenantId,
      space_id: spaceId,
      file_id: fileId,
      version_id: versionId,
      id,
      ordinal: chunk.ordinal,
      content: sealChunk(sealer, id, chunk),
      language: chunk.language,
      start_offset: 0,
      end_offset: chunk.text.length,
    }
  })
  if (rows.length > 0) await tx.kysely.insertInto('chunks').values(rows).execute()
}

export async function deleteFile(db: Db, scope: TenantScope, file: TestFile): Promise<void> {
  await db.tenant(scope, async (tx) => {
    tx.unrecorded('derived')
    await withdrawFiles(tx, file.spaceId, [file.fileId])
    await tx.kysely.deleteFrom('files').where('id', '=', file.fileId).execute()
  })
}

/** Makes the stored block of a version one of format 1. */
async function putBackFormat(tx: TenantTx, versionId: string): Promise<void> {
  const place = blockPlace(versionId)
  const blocks = tx.kysely.selectFrom('index_blocks').select('data').where('version_id', '=', versionId)
  const { data } = await blocks.executeTakeFirstOrThrow()
  const block = decodeBlock((await tx.keys()).unseal(place, data!))
  const { sealer } = await tx.sealing()
  await tx.kysely
    .updateTable('index_blocks')
    .set({ format: 1, data: sealer.seal(place, encodeFormat1(block)) })
    .where('version_id', '=', versionId)
    .execute()
}

/** It is today's without positions. */
export function encodeFormat1(block: Block): Buffer {
  const bytes = encodeBlock({ ...block, positions: undefined })
  bytes[4] = 1
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4)
  return bytes
}
