import { Type } from 'typebox'
import { IdParams, Nullable, type Route, route, Strict } from '#http/index.ts'
import { describeEmbedding, type DescribeDeps, presentEmbedder } from './describe-embedding.ts'

const Embedders = Strict({
  data: Type.Array(
    Strict({
      name: Type.String(),
      kind: Type.Enum(['builtin', 'static', 'onnx', 'openai']),
      width: Type.Integer({ description: 'Numbers in one vector.' }),
      is_remote: Type.Boolean({ description: 'Whether texts and queries are sent to another machine.' }),
      is_default: Type.Boolean(),
    }),
  ),
})

const SpaceEmbedding = Strict({
  space_id: Type.String(),
  embedder: Type.String({ description: 'Name of the one it is to have.' }),
  serving: Nullable(
    Type.String({ description: 'Name of the one whose vectors are searched; null for none of this server.' }),
  ),
  state: Type.Enum(['ready', 'changing', 'incomplete', 'not_configured'], {
    description:
      '`changing`: files are being embedded by the new one, and the former one answers where it still can. `incomplete`: some files have no vectors yet and are found by their words. `not_configured`: no embedder of this server has the name; nothing is embedded.',
  }),
  files: Type.Integer({ description: 'Files with text.' }),
  embedded: Type.Integer({ description: 'Those of them that have vectors of the one it is to have.' }),
})

export function embeddingRoutes(deps: DescribeDeps): Route[] {
  return [
    route({
      tag: 'embedders',
      access: 'tenants:read',
      levels: ['platform', 'partner', 'tenant'],
      method: 'GET',
      path: '/v1/embedders',
      summary: 'List the embedders of this server',
      responses: { 200: Embedders },
      handle: () =>
        Promise.resolve({ data: deps.embedders.all.map((one) => presentEmbedder(one, deps.embedders)) }),
    }),
    route({
      tag: 'embedders',
      access: 'spaces:read',
      levels: ['tenant'],
      method: 'GET',
      path: '/v1/spaces/{id}/embedding',
      summary: 'Whose vectors a space has, and how far a change of embedder is',
      params: IdParams,
      responses: { 200: SpaceEmbedding },
      handle: ({ scope, params }) => describeEmbedding(scope, params.id, deps),
    }),
  ]
}
