import type { World } from './world.ts'

const lists = [
  'keys',
  'users',
  'groups',
  'roles',
  'grants',
  'invitations',
  'portal/tokens',
  'webhooks',
  'alerts',
]

/** Everything of the others that can be seen by their own keys, as one text: what it was before and after a request. */
export async function visibleState({ own, sibling, stranger }: World): Promise<string> {
  const readings = [sibling, stranger].flatMap((customer) => {
    if (!customer) return []
    const { tenant, partner, first, second } = customer
    return [
      ...[first, second].flatMap(({ api, space }) => [
        api.get(`/v1/files?space=${space.id}`),
        api.get(`/v1/files?space=${space.id}&trashed=true`),
        api.get(`/v1/folders?space=${space.id}`),
        api.get(`/v1/spaces/${space.id}`),
      ]),
      ...lists.map((list) => tenant.api.get(`/v1/${list}?limit=200`)),
      tenant.api.get(`/v1/tenants/${tenant.id}`),
      ...(partner.api ? [partner.api.get(`/v1/tenants/${tenant.id}`)] : []),
    ]
  })
  const second = ['/v1/files', '/v1/folders', '/v1/spaces'].map((path) => own.second.api.get(path))
  const replies = await Promise.all([...readings, ...second])
  const seen = JSON.stringify(replies.map(({ status, body }) => [status, body]))
  // To look is to use a key, and every five minutes that is told.
  return seen.replaceAll(/"last_used_at":"[^"]*"/g, '"last_used_at":"…"')
}
