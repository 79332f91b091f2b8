import { access } from './access.ts'
import { alertGuards } from './alerts.ts'
import { commands } from './commands.ts'
import { content } from './content.ts'
import { erasure } from './erasure.ts'
import { eventGuards } from './events.ts'
import { examination } from './examination.ts'
import { files } from './files.ts'
import { foreignRules } from './foreign-rules.ts'
import { key } from './key.ts'
import type { Layer, Mutation } from './mutation.ts'
import { outside } from './outside.ts'
import { policies } from './policies.ts'
import { predicate } from './predicate.ts'
import { rights } from './rights.ts'
import { schema } from './schema.ts'
import { searchShapes } from './search-shapes.ts'
import { silence } from './silence.ts'
import { transaction } from './transaction.ts'
import { types } from './types.ts'
import { webhookGuards } from './webhooks.ts'

/** Every guard that is broken on purpose, with the layer it belongs to. */
export const mutations: (Mutation & { layer: Layer })[] = [
  ...of('types', types),
  ...of('predicate', predicate),
  ...of('database', [...policies, ...schema, ...examination, ...foreignRules, ...transaction]),
  ...of('key', key),
  ...of('process', [
    ...access,
    ...alertGuards,
    ...commands,
    ...content,
    ...erasure,
    ...eventGuards,
    ...files,
    ...outside,
    ...rights,
    ...searchShapes,
    ...silence,
    ...webhookGuards,
  ]),
]

function of(layer: Layer, some: Mutation[]) {
  return some.map((mutation) => ({ ...mutation, layer }))
}
