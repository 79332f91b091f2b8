import { Type } from 'typebox'
import type { Rerankers } from '#adapters/rerank/port.ts'
import { type Route, route, Strict } from '#http/index.ts'

const List = Strict({
  data: Type.Array(
    Strict({
      name: Type.String(),
      kind: Type.Enum(['cohere', 'embedder']),
      is_remote: Type.Boolean({
        description: 'Whether queries and the texts they found are sent to another machine.',
      }),
      is_default: Type.Boolean(),
    }),
  ),
})

export function rerankRoutes({ rerankers }: { rerankers: Rerankers }): Route[] {
  return [
    route({
      tag: 'rerankers',
      access: 'tenants:read',
      levels: ['platform', 'partner', 'tenant'],
      method: 'GET',
      path: '/v1/rerankers',
      summary: 'List the rerankers of this server',
      responses: { 200: List },
      handle: () =>
        Promise.resolve({
          data: rerankers.all.map(({ name, kind, isRemote }) => ({
            name,
            kind,
            is_remote: isRemote,
            is_default: name === rerankers.defaultName,
          })),
        }),
    }),
  ]
}
