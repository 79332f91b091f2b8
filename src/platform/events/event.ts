import { randomBytes } from 'node:crypto'
import { formatId, type IdPrefix } from '../ids.ts'
import type { Scope, Subject } from '../scope/index.ts'
import { chainOf } from './chain.ts'
import { type DetailName, detailNames, type Details, type Json } from './details.ts'
import type { EventType } from './types.ts'

/** What an event is about. */
const prefixes = {
  alert: 'alr',
  answer: 'ans',
  file: 'fil',
  folder: 'fld',
  grant: 'gra',
  group: 'grp',
  invitation: 'inv',
  key: 'key',
  partner: 'ptn',
  portal_token: 'ptk',
  role: 'rol',
  search: 'sea',
  space: 'spc',
  tenant: 'ten',
  user: 'usr',
  webhook: 'whk',
  /** No record: a chain, a route, the keyring. Its id says which. */
  chain: undefined,
  route: undefined,
  keyring: undefined,
} as const satisfies Record<string, IdPrefix | undefined>

const actorPrefixes = {
  key: 'key',
  portal_token: 'ptk',
  job: 'job',
  invitation: 'inv',
  partner: 'ptn',
  platform: undefined,
  operator: undefined,
  anonymous: undefined,
} as const satisfies Record<Subject['type'], IdPrefix | undefined>

export type SubjectType = keyof typeof prefixes
export const subjectTypes = Object.keys(prefixes) as SubjectType[]
export type ActorType = keyof typeof actorPrefixes
export const actorTypes = Object.keys(actorPrefixes) as ActorType[]

/** What somebody who changes something tells of it; who, when and from where is added to it. */
export type NewEvent = {
  type: EventType
  /** `id` as the database has it. */
  subject: { type: SubjectType; id: string; name?: string | null | undefined }
  /** Where it happened. Left out, it is of the tenant as a whole. */
  place?: Place | undefined
  /** What else is to be known; of settings `{ before, after }`. Never texts of documents or queries. */
  data?: { readonly [key: string]: Json | undefined } | undefined
  outcome?: 'refused'
  /** Who did it and when, where it is written later with what others did in the same chain. */
  happened?: { scope: Scope; at: Date }
}

export type Place = { space: string; folder?: string | null; file?: string }

const saltBytes = 16

/** What is written of an event, whoever's it is. `details` is JSON. */
export function recordOf(own: Scope, event: NewEvent, made: { id: string; at: Date }) {
  const { subject, outcome = 'done' } = event
  const { scope, at } = event.happened ?? { scope: own, at: made.at }
  if (chainOf(scope).id !== chainOf(own).id) throw new TypeError('an event of another chain')
  const { subject: actor, from, requestId } = scope
  const user = scope.level === 'tenant' ? scope.user : undefined
  return {
    id: made.id,
    type: event.type,
    subject_type: subject.type,
    subject_id: publicId(prefixes[subject.type], subject.id),
    actor_type: actor.type,
    actor_id: actorIdOf(scope),
    request_id: requestId,
    outcome,
    details: JSON.stringify(
      salted({
        actor_name: actor.name,
        acting_as_name: user?.name,
        address: from?.address,
        user_agent: from?.userAgent?.slice(0, 512),
        subject_name: subject.name,
        data: event.data,
      }),
    ),
    created_at: at,
  }
}

/** Who acts under a scope, as events name them. */
export function actorIdOf({ subject }: Scope): string {
  return publicId(actorPrefixes[subject.type], subject.id)
}

function publicId(prefix: IdPrefix | undefined, id: string): string {
  return prefix === undefined ? id : formatId(prefix, id)
}

function salted(pieces: Record<DetailName, NewEvent['data'] | Json | undefined>): Details {
  const details: Details = {}
  const salts = randomBytes(saltBytes * detailNames.length)
  for (const [i, name] of detailNames.entries()) {
    const value = pieces[name]
    if (value === undefined || value === null) continue
    const salt = salts.toString('hex', i * saltBytes, (i + 1) * saltBytes)
    details[name] = { salt, value: value as Json }
  }
  return details
}
