import { Type } from 'typebox'
import { Strict } from '#http/index.ts'

export const CatalogueReport = Strict({
  version: Type.String({ description: 'Of Bulkhead.' }),
  database: Strict({ kind: Type.Enum(['embedded', 'server']), server_version: Type.String() }),
  checks: Type.Array(
    Strict({
      statement: Type.Enum(['I01', 'I02', 'I03', 'I04', 'I05']),
      title: Type.String(),
      examined: Type.Integer({ description: 'How many objects were looked at.' }),
      findings: Type.Array(
        Strict({
          object: Type.String({ description: 'What it is and its name, e.g. `table files`.' }),
          problem: Type.String(),
        }),
      ),
    }),
  ),
})
