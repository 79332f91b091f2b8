import { Type } from 'typebox'
import { Nullable, Strict } from '#http/index.ts'

const Word = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })

export const SynonymRule = Type.Union([
  Strict({
    equal: Type.Array(Word, { minItems: 2, maxItems: 20, description: 'Each of them finds all of them.' }),
  }),
  Strict({
    from: Word,
    to: Type.Array(Word, {
      minItems: 1,
      maxItems: 20,
      description: 'What `from` finds too, and not the other way round.',
    }),
  }),
])

export const SynonymRules = Strict({
  rules: Type.Array(SynonymRule, { maxItems: 1000, description: 'All of them: what was there before goes.' }),
})

export const Synonyms = Strict({
  rules: Type.Array(SynonymRule),
  updated_at: Nullable(Type.String({ format: 'date-time' })),
})
