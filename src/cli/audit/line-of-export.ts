import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { exportFormat } from '#features/events/index.ts'
import {
  type Checkpoint as SignedCheckpoint,
  checkpointFormat,
  detailNames,
  type Entry,
  type Head as ChainHead,
} from '#platform/events/index.ts'

const only = { additionalProperties: false }
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Head = Type.Object({ id: Type.Integer({ minimum: 0 }), hash: Hash }, only)
const Nullable = Type.Union([Type.String(), Type.Null()])
const Named = Type.Object({ type: Type.String(), id: Type.String() }, only)

/** A salt of another length, or spelt otherwise, could be hashed to the same; so could a value beside a commitment. */
const Detail = Type.Union([
  Type.Object({ salt: Type.String({ pattern: '^[0-9a-f]{32}$' }), value: Type.Unknown() }, only),
  Type.Object({ commitment: Hash }, only),
])

const Checkpoint = Type.Object(
  {
    format: Type.Literal(checkpointFormat),
    chain: Type.String(),
    id: Type.Integer({ minimum: 1 }),
    hash: Hash,
    created_at: Type.String(),
    public_key: Hash,
    signature: Type.String({ pattern: '^[0-9a-f]{128}$' }),
  },
  only,
)
const first = Compile(
  Type.Object(
    {
      format: Type.Literal(exportFormat),
      chain: Type.String(),
      after: Head,
      checkpoint: Type.Optional(Checkpoint),
    },
    only,
  ),
)
const last = Compile(Type.Object({ head: Head }, only))
const entry = Compile(
  Type.Object(
    {
      chain: Type.String(),
      id: Type.Integer({ minimum: 1 }),
      uid: Type.String(),
      type: Type.String(),
      created_at: Type.String(),
      space_id: Nullable,
      folder_id: Nullable,
      file_id: Nullable,
      subject: Named,
      actor: Named,
      acting_as: Nullable,
      request_id: Type.String(),
      outcome: Type.String(),
      details: Type.Object(
        Object.fromEntries(detailNames.map((name) => [name, Type.Optional(Detail)])),
        only,
      ),
      previous_hash: Hash,
      hash: Hash,
    },
    only,
  ),
)

export type ExportLine =
  | { is: 'first'; chain: string; after: ChainHead; checkpoint?: SignedCheckpoint }
  | { is: 'entry'; entry: Entry & { hash: string } }
  | { is: 'last'; head: ChainHead }
  | { is: 'broken'; problem: string }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What a line of an export is; broken is also one that says the same in other bytes than the server wrote. */
export function readExportLine(line: Uint8Array): ExportLine {
  let text: string
  let value: unknown
  try {
    text = utf8.decode(line)
    value = JSON.parse(text)
  } catch {
    return { is: 'broken', problem: 'is no JSON' }
  }
  if (JSON.stringify(value) !== text) return { is: 'broken', problem: 'is not written as it was exported' }
  if (first.Check(value)) {
    const { format: _, ...begins } = value
    return { is: 'first', ...begins }
  }
  if (last.Check(value)) return { is: 'last', head: value.head }
  if (entry.Check(value)) return { is: 'entry', entry: value }
  return { is: 'broken', problem: 'is not an entry of this format' }
}
