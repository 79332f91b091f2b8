import { Type } from 'typebox'
import { Nullable, pageQuery, Strict, Timestamp } from '#http/index.ts'

const Count = Type.Integer({ minimum: 0 })

export const KeyringStatus = Strict({
  kind: Type.Enum(['directory', 'database']),
  master_key: Type.String({
    description: 'Id of the current master key. Ids tell keys apart and reveal nothing.',
  }),
  keys: Type.Integer({ minimum: 0, description: 'Data keys in the keyring, of all tenants and versions.' }),
  keys_left: Type.Integer({
    minimum: 0,
    description: 'Those that another master key still seals: it is needed until this is 0.',
  }),
  other_master_keys: Type.Array(Strict({ id: Type.String(), keys: Count })),
  is_rewrapping: Type.Boolean({ description: 'Whether this server is sealing them with the current one.' }),
})

export const Rotation = Strict({
  tenant_id: Type.String(),
  sealing_key: Type.Integer({ description: 'Version of the data key that new content is sealed with.' }),
  oldest_key: Type.Integer({ description: 'No content is sealed with a version below this one.' }),
  state: Type.Enum(['never', 'waiting', 'resealing', 'incomplete', 'done'], {
    description:
      '`waiting`: the new key is there, but other servers may not know it yet. `incomplete`: what is left does not open, so the older keys stay; `bulkhead doctor` names it. `done`: everything is sealed with it.',
  }),
  pieces: Type.Integer({ minimum: 0, description: 'Texts, chunks, index blocks and files to seal anew.' }),
  pieces_left: Count,
  started_at: Nullable(Timestamp),
  finished_at: Nullable(Timestamp),
})

export const MasterRotationStart = Strict({
  from: Type.String({
    maxLength: 64,
    description:
      'Id of the master key that is to be replaced. Where it is no longer the current one, the replacement that is under way or done is the one that was meant.',
  }),
})

export const RotationListQuery = Strict(pageQuery)
