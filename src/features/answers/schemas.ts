import { Type } from 'typebox'
import { retrievalFields } from '#features/search/index.ts'
import { Nullable, Strict } from '#http/index.ts'

export const Question = Strict({
  question: Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' }),
  ...retrievalFields,
  top_k: Type.Integer({
    minimum: 1,
    maximum: 30,
    default: 8,
    description: 'Chunks to look for evidence in.',
  }),
})

const Citation = Strict({
  index: Type.Integer({ description: 'The number of its marker in the answer.' }),
  file_id: Type.String(),
  file_name: Type.String(),
  chunk_id: Type.String(),
  version_id: Type.String(),
  page: Nullable(Type.Integer()),
  quote: Type.String({ description: 'Literally in the stored text of the file.' }),
  offsets: Type.Array(Type.Integer(), {
    minItems: 2,
    maxItems: 2,
    description: 'UTF-16 units into that text.',
  }),
  url: Type.String(),
})

export const AskAnswer = Strict({
  id: Type.String(),
  answer: Type.String({ description: 'Quotes with markers `[1]`; empty when refused.' }),
  refused: Type.Boolean(),
  reason: Nullable(
    Type.Enum(['no_evidence', 'low_evidence'], {
      description: 'Nothing matched at all, or nothing carries enough of the question.',
    }),
  ),
  citations: Type.Array(Citation),
  model: Type.String({ description: '`extractive`: sentences of the files, nothing is generated.' }),
})
