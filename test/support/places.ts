import { IsObject, type TSchema } from 'typebox'
import type { Route } from '#http/index.ts'
import { formatId, type IdPrefix, parseId, randomIds } from '#platform/ids.ts'
import type { Sample } from './exchange.ts'
import type { Caller, Customer, World } from './world.ts'

export type Kind = 'partner' | 'tenant' | 'space' | 'key' | 'file'
type Part = 'params' | 'query' | 'body' | 'form'

/** A place in a request that holds an id. */
export type IdPlace = { part: Part; name: string; kind: Kind; isList: boolean }

/** Names of fields that hold ids, wherever they stand. */
const idFields: Record<string, Kind> = {
  partner: 'partner',
  tenant: 'tenant',
  space: 'space',
  spaces: 'space',
  files: 'file',
}

/** Names of fields that hold none. A field in neither list fails by name: somebody has to say what it is. */
const plainFields = new Set(
  `name slug external_id intelligence permissions expires_at limit cursor status origin metadata on_conflict
  file type created_after created_before query question filter mode group_by_file highlight top_k`.split(
    /\s+/,
  ),
)

/** Every place of a route that holds an id, from its schemas. @throws Error naming a field of which nothing is known */
export function placesOf(route: Route): IdPlace[] {
  const parts: [Part, TSchema | undefined][] = [
    ['params', route.params],
    ['query', route.query],
    ['body', route.body],
    ['form', route.multipart],
  ]
  return parts.flatMap(([part, schema]) => (IsObject(schema) ? placesIn(route, part, schema.properties) : []))
}

function placesIn(route: Route, part: Part, properties: Record<string, TSchema>): IdPlace[] {
  return Object.keys(properties).flatMap((name) => {
    const kind = part === 'params' ? kindOfPath(route.path) : idFields[name]
    if (kind) return [{ part, name, kind, isList: name.endsWith('s') }]
    if (plainFields.has(name)) return []
    throw new Error(`${route.path}: test/support/places.ts does not know whether ${name} holds an id`)
  })
}

function kindOfPath(path: string): Kind {
  const kind = /^\/v1\/(partner|tenant|space|key|file)s\/\{id\}/.exec(path)?.[1]
  if (!kind) throw new Error(`test/support/places.ts does not know whose id stands in ${path}`)
  return kind as Kind
}

/** The sample with another id in that place. */
export function withId(sample: Sample, { part, name, isList }: IdPlace, id: string): Sample {
  return { ...sample, [part]: { ...sample[part], [name]: isList ? [id] : id } }
}

export function ownId({ customer, place, keyId }: Caller, kind: Kind): string {
  if (kind === 'key') return keyId
  return kind === 'space' || kind === 'file' ? place[kind].id : customer[kind].id
}

/** Ids that are not the caller's, by what they are: living ones of others, then ones that nobody has. */
export function foreignIds(world: World, caller: Caller, kind: Kind): { what: string; id: string }[] {
  const { own, sibling, stranger } = world
  const other = (what: string, customer: Customer) => [
    { what, id: idIn(customer, kind) },
    ...(kind === 'tenant' || kind === 'partner'
      ? [{ what: `slug of ${what}`, id: customer[kind].slug }]
      : []),
    ...(kind === 'space' ? [{ what: `slug of ${what}`, id: customer.second.space.slug }] : []),
  ]
  const second = kind === 'space' || kind === 'file' ? own.second[kind].id : own.second.keyId
  return [
    ...(caller.level === 'platform' ? [] : other('a stranger’s', stranger)),
    ...(caller.level === 'tenant' || caller.level === 'space' ? siblingsOf(other, sibling, kind) : []),
    ...(caller.level === 'space' ? [{ what: 'another space’s', id: second }] : []),
    ...(caller.level === 'tenant' && kind === 'key'
      ? [{ what: 'its partner’s', id: own.partner.keyId }]
      : []),
    ...nobodys(ownId(caller, kind), prefixes[kind]),
  ]
}

/** A sibling has the same partner, so that one is no stranger. */
function siblingsOf<T>(other: (what: string, customer: Customer) => T[], sibling: Customer, kind: Kind): T[] {
  return kind === 'partner' ? [] : other('a sibling’s', sibling)
}

function idIn(customer: Customer, kind: Kind): string {
  if (kind === 'key') return customer.tenant.keyId
  return kind === 'space' || kind === 'file' ? customer.first[kind].id : customer[kind].id
}

const prefixes: Record<Kind, IdPrefix> = {
  partner: 'ptn',
  tenant: 'ten',
  space: 'spc',
  key: 'key',
  file: 'fil',
}

function nobodys(own: string, prefix: IdPrefix) {
  const uuid = parseId(prefix, own) ?? ''
  return [
    { what: 'a random one', id: formatId(prefix, randomIds.uuid()) },
    { what: 'the own one with another prefix', id: formatId(prefix === 'ver' ? 'chk' : 'ver', uuid) },
    { what: 'the own one as the database has it', id: uuid },
    { what: 'the own one in capitals', id: own.toUpperCase() },
    { what: 'the own one and more', id: `${own}0` },
    { what: 'garbage', id: 'no-such-thing' },
    { what: 'text', id: "' or true --" },
  ]
}
