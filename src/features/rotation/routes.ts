import { getTenant } from '#features/tenancy/index.ts'
import { Answer, IdParams, Page, pageOf, readPage, type Route, route } from '#http/index.ts'
import type { Static } from 'typebox'
import { presentRotation } from './present.ts'
import { listRotations } from './queries.ts'
import { rotateDataKey, type RotateDeps } from './rotate-data-key.ts'
import { KeyringStatus, MasterRotationStart, Rotation, RotationListQuery } from './schemas.ts'

export type MasterRotation = {
  status: () => Promise<Static<typeof KeyringStatus>>
  /** Does nothing where nothing is left, and the current key is one that the settings give. */
  start: (from: string) => Promise<void>
}

const common = { tag: 'keyring', access: 'keyring:manage', levels: ['platform'] } as const

export function rotationRoutes(deps: RotateDeps & { masterRotation: MasterRotation }): Route[] {
  const { db, masterRotation } = deps
  return [
    route({
      ...common,
      method: 'GET',
      path: '/v1/keyring',
      summary: 'Which master keys the keyring is sealed with',
      responses: { 200: KeyringStatus },
      handle: () => masterRotation.status(),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/v1/keyring/rotate-master',
      records: ['keyring.master_rotated'],
      summary: 'Seal every data key with the current master key',
      description:
        'Goes on in the background; `GET /v1/keyring` shows how far it is. Where the master key is the file of an embedded start, a new one is made first. Calling it again goes on where it was cut off.',
      body: MasterRotationStart,
      responses: { 202: KeyringStatus },
      handle: async ({ scope, body }) => {
        await db.platform(scope, (tx) =>
          tx.record({ type: 'keyring.master_rotated', subject: { type: 'keyring', id: 'keyring' } }),
        )
        await masterRotation.start(body.from)
        return new Answer(202, await masterRotation.status())
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/keyring/tenants',
      summary: 'The data keys of all tenants, and how far their changes are',
      query: RotationListQuery,
      responses: { 200: Page(Rotation) },
      handle: async ({ scope, query }) => {
        const rows = await db.platform(scope, (tx) => listRotations(tx, readPage(query)))
        return pageOf(rows, query.limit, presentRotation, (row) => ({ at: row.created_at, id: row.id }))
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/keyring/tenants/{id}',
      summary: 'The data key of a tenant, and how far its change is',
      params: IdParams,
      responses: { 200: Rotation },
      handle: async ({ scope, params }) =>
        presentRotation(await db.platform(scope, (tx) => getTenant(tx, params.id))),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/v1/keyring/tenants/{id}/rotate',
      records: ['tenant.key_rotated'],
      summary: 'Give a tenant a new data key and seal its content anew',
      description:
        'Goes on in the background, for suspended and archived tenants too; everything stays readable meanwhile. One that is under way is gone on with.',
      params: IdParams,
      responses: { 202: Rotation },
      handle: async ({ scope, params }) =>
        new Answer(202, presentRotation(await rotateDataKey(scope, params.id, deps))),
    }),
  ]
}
