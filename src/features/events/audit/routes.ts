import { inOwnTransaction } from '#features/access/index.ts'
import { Readable } from 'node:stream'
import { Answer, Page, type Route, route } from '#http/index.ts'
import { chainName, chainOf, changeOf, genesis } from '#platform/events/index.ts'
import { presentEntry } from '../present.ts'
import { listEvents } from '../queries.ts'
import { readFilter } from '../read-filter.ts'
import { type EventDeps, numberedPage } from '../routes.ts'
import {
  AuditEntry,
  AuditQuery,
  AuditSettings,
  AuditSettingsChange,
  ExportQuery,
  Head,
  Redacted,
  RedactionBody,
  Verification,
} from '../schemas.ts'
import { settle } from '../settle.ts'
import { readCheckpoint, signingKey } from './checkpoints.ts'
import { exportLines, exportTable } from './export.ts'
import { readRedaction, redact } from './redact.ts'
import { lockSettings, readSettings, updateSettings } from './settings.ts'
import { verifyTrail } from './verify.ts'
import { headOf } from './walk.ts'

const common = {
  tag: 'audit',
  access: 'audit:read',
  levels: ['platform', 'partner', 'tenant'],
  method: 'GET',
} as const

export function auditRoutes(deps: EventDeps): Route[] {
  const { db, vault } = deps
  return [
    route({
      ...common,
      path: '/v1/audit',
      summary: 'Who did what, when, from where, and how it ended',
      description: 'A key of the platform or of a partner sees what was done with keys of that level.',
      query: AuditQuery,
      responses: { 200: Page(AuditEntry) },
      handle: async ({ scope, query }) => {
        await settle(scope, deps)
        const chain = chainOf(scope)
        const { order, limit, cursor } = query
        const beyond = cursor === undefined ? undefined : Number(cursor)
        const rows = await inOwnTransaction(scope, db, async (tx) => {
          const filter = await readFilter(tx, query)
          return listEvents(tx, chain.id, filter, { limit: limit + 1, beyond, order })
        })
        return numberedPage(rows, limit, (row) => presentShort(chain, row))
      },
    }),
    route({
      ...common,
      path: '/v1/audit/head',
      summary: 'The newest entry and its hash, to keep elsewhere',
      description:
        'Whoever knows it later sees whether anything up to it was changed or taken away. With it the key that checkpoints are signed with, and the checkpoint where old entries have ended.',
      responses: { 200: Head },
      handle: async ({ scope }) => {
        await settle(scope, deps)
        const { chain, ...head } = await headOf(scope, db)
        const checkpoint = (await readCheckpoint(scope, db)) ?? null
        const { publicKey } = await signingKey(vault)
        return { chain: chainName(chain), ...head, public_key: publicKey, checkpoint }
      },
    }),
    route({
      ...common,
      path: '/v1/audit/verify',
      summary: 'Follow the chain of hashes from the first entry, or from the checkpoint, to the newest',
      responses: { 200: Verification },
      handle: async ({ scope, signal }) => {
        await settle(scope, deps)
        return verifyTrail(scope, signal, deps)
      },
    }),
    route({
      ...common,
      path: '/v1/audit/export',
      summary: 'All entries, as lines of JSON that can be verified, or as a table',
      query: ExportQuery,
      responses: { 200: { bytes: 'application/x-ndjson' } },
      handle: async ({ scope, query: { format, after = 0 }, signal }) => {
        await settle(scope, deps)
        const [write, type] =
          format === 'csv'
            ? ([exportTable, 'text/csv; charset=utf-8'] as const)
            : ([exportLines, 'application/x-ndjson'] as const)
        return new Answer(200, Readable.from(write(scope, after, signal, db), { objectMode: false }), {
          'content-type': type,
          'content-disposition': `attachment; filename="audit.${format}"`,
        })
      },
    }),
    route({
      ...common,
      access: 'audit:manage',
      method: 'POST',
      path: '/v1/audit/redact',
      records: ['audit.redacted'],
      summary: 'Take out of entries what they say about somebody',
      description:
        'Hashes stay in the place of names, addresses and data, and the chain holds. It cannot be undone.',
      body: RedactionBody,
      responses: { 200: Redacted },
      handle: async ({ scope, body, signal }) => {
        await settle(scope, deps)
        return redact(scope, readRedaction(body), signal, db)
      },
    }),
    ...settingsRoutes(deps),
  ]
}

function settingsRoutes({ db }: Pick<EventDeps, 'db'>): Route[] {
  return [
    route({
      ...common,
      levels: ['tenant'],
      path: '/v1/audit/settings',
      summary: 'What is recorded beside changes, and for how long all is kept',
      responses: { 200: AuditSettings },
      handle: ({ scope }) => db.tenant(scope, async (tx) => (await readSettings(tx)).settings),
    }),
    route({
      ...common,
      access: 'audit:manage',
      levels: ['tenant'],
      method: 'PATCH',
      path: '/v1/audit/settings',
      records: ['settings.updated'],
      summary: 'Say whether reading is recorded too, and for how long all is kept',
      body: AuditSettingsChange,
      responses: { 200: AuditSettings },
      handle: ({ scope, body }) =>
        db.tenant(scope, async (tx) => {
          const { settings: before, name } = await lockSettings(tx)
          const after = { ...before, ...body }
          await updateSettings(tx, after)
          await tx.record({
            type: 'settings.updated',
            subject: { type: 'tenant', id: scope.tenantId, name },
            data: changeOf(before, after, ['records_reads', 'keeps_days']),
          })
          return after
        }),
    }),
  ]
}

type Row = Parameters<typeof presentEntry>[1]

/** For reading: names in their places, and no more of the chain than the entry's own hash. */
function presentShort(chain: ReturnType<typeof chainOf>, row: Row) {
  const entry = presentEntry(chain, row, genesis)
  const { told, subject, actor, acting_as: user, previous_hash: _hash, details: _details, ...rest } = entry
  const { uid: _uid, ...shown } = rest
  return {
    ...shown,
    subject: { ...subject, name: told.subject_name },
    actor: { ...actor, name: told.actor_name },
    acting_as: user && { id: user, name: told.acting_as_name },
    address: told.address,
    user_agent: told.user_agent,
    data: told.data,
  }
}
