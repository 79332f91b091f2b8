import { formatId, type IdPrefix, parseId, randomIds } from '#platform/ids.ts'
import type { Caller, Customer, World } from '../world/world.ts'
import { isOfPeople, isOfPlace, type Kind, ownId } from './places.ts'

export type ForeignId = { what: string; id: string }

const prefixes: Record<Kind, IdPrefix> = {
  partner: 'ptn',
  tenant: 'ten',
  space: 'spc',
  folder: 'fld',
  key: 'key',
  file: 'fil',
  chunk: 'chk',
  user: 'usr',
  group: 'grp',
  role: 'rol',
  grant: 'gra',
  invitation: 'inv',
  token: 'ptk',
  search: 'sea',
  webhook: 'whk',
  alert: 'alr',
}

/** Ids that are not the caller's, by what they are: living ones of others, then ones that nobody has. */
export function foreignIds(world: World, caller: Caller, kind: Kind): ForeignId[] {
  return [...livingIds(world, caller, kind), ...nobodys(ownId(caller, kind), prefixes[kind])]
}

export function randomId(kind: Kind): string {
  return formatId(prefixes[kind], randomIds.uuid())
}

/** What is there, and not for this caller. */
function livingIds({ own, sibling, stranger }: World, { level }: Caller, kind: Kind): ForeignId[] {
  if (level === 'platform') return []
  const strange = idsOf('a stranger’s', stranger, kind)
  if (level === 'partner') return strange
  const living = [
    ...strange,
    // The partner of a sibling is the own one.
    ...(sibling && kind !== 'partner' ? idsOf('a sibling’s', sibling, kind) : []),
    ...(kind === 'key' && own.partner.keyId ? [{ what: 'its partner’s', id: own.partner.keyId }] : []),
  ]
  if (level === 'tenant') return living
  const { second, tenant } = own
  if (kind === 'key') {
    return [
      ...living,
      { what: 'another space’s', id: second.keyId },
      { what: 'its tenant’s', id: tenant.keyId },
    ]
  }
  if (!isOfPlace(kind)) return living
  return [...living, { what: 'another space’s', id: second[kind].id }]
}

/** The id of somebody else, and other ways to write it. */
function idsOf(whose: string, customer: Customer, kind: Kind): ForeignId[] {
  const id = idIn(customer, kind)
  const slug = slugIn(customer, kind)
  return [
    { what: whose, id },
    { what: `${whose} in capitals`, id: id.toUpperCase() },
    { what: `${whose} as the database has it`, id: parseId(prefixes[kind], id) ?? '' },
    ...(slug === undefined ? [] : [{ what: `${whose} by slug`, id: slug }]),
  ]
}

function idIn(customer: Customer, kind: Kind): string {
  if (kind === 'key') return customer.tenant.keyId
  if (isOfPeople(kind)) return customer.people[kind].id
  return isOfPlace(kind) ? customer.first[kind].id : customer[kind].id
}

function slugIn(customer: Customer, kind: Kind): string | undefined {
  if (kind === 'space') return customer.second.space.slug
  if (kind === 'role') return customer.people.role.slug
  return kind === 'tenant' || kind === 'partner' ? customer[kind].slug : undefined
}

function nobodys(own: string, prefix: IdPrefix): ForeignId[] {
  const uuid = parseId(prefix, own) ?? ''
  return [
    { what: 'a random one', id: formatId(prefix, randomIds.uuid()) },
    { what: 'the own one with another prefix', id: formatId('ver', uuid) },
    { what: 'the own one as the database has it', id: uuid },
    { what: 'the own one in capitals', id: own.toUpperCase() },
    { what: 'the own one and more', id: `${own}0` },
    { what: 'garbage', id: 'no-such-thing' },
    { what: 'a pattern', id: '%' },
    { what: 'text', id: "' or true --" },
  ]
}
