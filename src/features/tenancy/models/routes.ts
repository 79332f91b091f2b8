import { Type } from 'typebox'
import type { LanguageModels } from '#adapters/language/port.ts'
import { type Route, route, Strict } from '#http/index.ts'

const List = Strict({
  data: Type.Array(
    Strict({
      name: Type.String(),
      kind: Type.Enum(['openai']),
      is_remote: Type.Boolean({ description: 'Whether what it is given is sent to another machine.' }),
      is_default: Type.Boolean(),
    }),
  ),
})

export function modelRoutes({ models }: { models: LanguageModels }): Route[] {
  return [
    route({
      tag: 'models',
      access: 'tenants:read',
      levels: ['platform', 'partner', 'tenant'],
      method: 'GET',
      path: '/v1/models',
      summary: 'List the language models of this server',
      responses: { 200: List },
      handle: () =>
        Promise.resolve({
          data: models.all.map(({ name, kind, isRemote }) => ({
            name,
            kind,
            is_remote: isRemote,
            is_default: name === models.defaultName,
          })),
        }),
    }),
  ]
}
