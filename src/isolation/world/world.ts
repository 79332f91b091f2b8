import type { Api } from '../server/client.ts'
import type { Server } from '../server/server.ts'

export type Level = 'platform' | 'partner' | 'tenant' | 'space'

/** A key that the check holds, with its record's id and what it may do. */
export type Holder = { key: string; keyId: string; permissions: string[]; api: Api }

/** A key with what it may reach: the routes' samples are made for one of these. */
export type Caller = Holder & { level: Level; run: Run; customer: Customer; place: Place }

/** A space with a key of its own, one ready file, and a word that stands nowhere else. */
export type Place = Holder & {
  space: { id: string; slug: string }
  file: { id: string; name: string }
  /** In which the file lies. */
  folder: { id: string; name: string }
  /** The first of the file, once it is read. */
  chunk: { id: string }
  /** One that asked for the marker. */
  search: { id: string }
  /** One that is told of files that are uploaded to the space, at an address of nobody. */
  webhook: { id: string }
  /** One that counts what is uploaded to the space, and is never raised. */
  alert: { id: string }
  marker: string
}

/** A tenant with two spaces. Its partner's key is there when the check has made the partner. */
export type Customer = {
  name: string
  partner: { id: string; slug?: string } & Partial<Holder>
  tenant: { id: string; slug: string } & Holder
  /** One record of each kind; the grant is for the user, on the first space. */
  people: { user: Id; group: Id; role: Id & { slug: string }; grant: Id; invitation: Id; token: Id }
  first: Place
  second: Place
}

type Id = { id: string }

/**
 * What one run goes by. `name` begins every slug and name that it makes, so that they can be told from all others; its
 * words are made up for it, so that nothing else on the server holds them.
 */
export type Run = {
  name: string
  /** Words that the files of all customers have in common: their statistics would show a leak as a count. */
  commonWords: string
  /** What every file answers. */
  question: string
  commonText: string
}

/** `stranger` belongs to another partner than `own`, `sibling` to the same one. */
export type World = {
  server: Server
  run: Run
  own: Customer
  sibling: Customer | undefined
  stranger: Customer
  /** The key of the platform that was lent to the check. */
  platform: Holder | undefined
  /** One key of every level on the way down to `own.first`. */
  callers: Caller[]
}

export function customersOf({ own, sibling, stranger }: Pick<World, 'own' | 'sibling' | 'stranger'>) {
  return [own, ...(sibling ? [sibling] : []), stranger]
}

/** One key of every level on the way down to one space of the customer, as far as the check holds them. */
export function callersOf(
  { run, platform }: Pick<World, 'run' | 'platform'>,
  customer: Customer,
  place = customer.first,
): Caller[] {
  const { partner, tenant } = customer
  const holders: [Level, Partial<Holder> | undefined][] = [
    ['platform', platform],
    ['partner', partner],
    ['tenant', tenant],
    ['space', place],
  ]
  return holders.flatMap(([level, holder]) =>
    isHolder(holder) ? [{ level, ...pick(holder), run, customer, place }] : [],
  )
}

function isHolder(holder: Partial<Holder> | undefined): holder is Holder {
  return holder?.key !== undefined
}

const pick = ({ key, keyId, permissions, api }: Holder): Holder => ({ key, keyId, permissions, api })
