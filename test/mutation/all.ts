import type { Layer, Mutation } from './mutation.ts'
import { predicate } from './predicate.ts'
import { types } from './types.ts'

/** Every guard that is broken on purpose, with the layer it belongs to. */
export const mutations: (Mutation & { layer: Layer })[] = [
  ...of('types', types),
  ...of('predicate', predicate),
]

function of(layer: Layer, some: Mutation[]) {
  return some.map((mutation) => ({ ...mutation, layer }))
}
