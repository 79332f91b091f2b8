import type { Sample } from '../server/exchange.ts'
import type { Caller } from '../world/world.ts'
import type { Part, Route, Schema } from './route-table.ts'

export type Kind =
  | 'partner'
  | 'tenant'
  | 'space'
  | 'folder'
  | 'key'
  | 'file'
  | 'chunk'
  | 'search'
  | 'webhook'
  | 'alert'
  | PeopleKind
/** Records of a tenant that lie in none of its spaces. */
export type PeopleKind = 'user' | 'group' | 'role' | 'grant' | 'invitation' | 'token'

/** A place in a request that holds an id; `name` leads into nested fields by dots, and by 0 into a list's first. */
export type IdPlace = { part: Part; name: string; kind: Kind; isList: boolean }

/** Names of fields that hold ids, wherever they stand, or with what they stand in, or with the part of the request. */
const idFields: Record<string, Kind> = {
  partner: 'partner',
  tenant: 'tenant',
  space: 'space',
  spaces: 'space',
  folder: 'folder',
  folders: 'folder',
  parent: 'folder',
  files: 'file',
  ids: 'file',
  file_id: 'file',
  'like.file': 'file',
  'like.chunk': 'chunk',
  user: 'user',
  group: 'group',
  role: 'role',
  roles: 'role',
  // In a form it is the file itself.
  'body file': 'file',
  'query file': 'file',
}

/** Names of fields that hold none. A field in neither list is named: somebody has to say what it is. */
const plainFields = new Set(
  `name slug external_id intelligence embedder reranker model rerank phrase days position keeps_queries permissions url expires_at limit cursor status origin metadata on_conflict
   password page chunking by chars overlap file type created_after created_before query question mode group_by_file chunks_per_file sort min_score context facets facet_values highlight explain correct q rules top_k from force email kind enters_open_spaces effect visibility mode allowed_addresses overlap_seconds preset expires_in secret trash_days subject scopes ttl origins max_uses path recursive trashed permanent each number actor outcome order after wait request_id format records_reads count types description since events state about entries details keeps_days threshold window_seconds period`.split(
    /\s+/,
  ),
)

/** What stands in the path before an id, by the kind of id. */
const collections: Record<string, Kind> = {
  partners: 'partner',
  tenants: 'tenant',
  spaces: 'space',
  folders: 'folder',
  keys: 'key',
  files: 'file',
  chunks: 'chunk',
  users: 'user',
  groups: 'group',
  roles: 'role',
  grants: 'grant',
  invitations: 'invitation',
  tokens: 'token',
  search: 'search',
  webhooks: 'webhook',
  alerts: 'alert',
}

/** Every place of a route that holds an id, and the fields of which nobody has said whether they do. */
export function placesOf(route: Route): { places: IdPlace[]; unknown: string[] } {
  const found = { places: [] as IdPlace[], unknown: [] as string[] }
  for (const name of Object.keys(route.fields.params)) {
    const kind = kindOfPath(route.path, name)
    if (kind) found.places.push({ part: 'params', name, kind, isList: false })
    else if (plainFields.has(name)) continue
    else found.unknown.push(`params.${name}`)
  }
  for (const part of ['query', 'body', 'form'] as const) collect(route.fields[part], part, '', found)
  return found
}

function collect(
  fields: Record<string, Schema>,
  part: Part,
  within: string,
  found: ReturnType<typeof placesOf>,
) {
  for (const [field, schema] of Object.entries(fields)) {
    const name = `${within}${field}`
    const kind = idFields[`${part} ${name}`] ?? idFields[name] ?? idFields[field]
    const items = schema.items?.properties
    if (kind) found.places.push({ part, name, kind, isList: isList(schema) })
    else if (schema.properties) collect(schema.properties, part, `${name}.`, found)
    else if (items) collect(items, part, `${name}.0.`, found)
    else if (!plainFields.has(field)) found.unknown.push(`${part}.${name}`)
  }
}

function isList(schema: Schema): boolean {
  return schema.type === 'array' || (schema.anyOf ?? []).some(isList)
}

/** The collection that stands before `{id}` says whose id it is. */
function kindOfPath(path: string, name: string): Kind | undefined {
  const segments = path.split('/')
  return collections[segments[segments.indexOf(`{${name}}`) - 1] ?? '']
}

/** Names nothing, what stands there, when it names nothing: whatever it would have narrowed or left out stays. */
export function narrows({ name }: Pick<IdPlace, 'name'>): boolean {
  return ['files', 'folders', 'ids'].includes(name) || name.startsWith('filter.')
}

/** Says that there is none: nothing that a file must not be, no folder around it, no role of a user. */
export function meansNone({ name, kind }: Pick<IdPlace, 'name' | 'kind'>, value: unknown): boolean {
  if (name.split('.').includes('not')) return true
  if (kind === 'folder' && !name.includes('.')) return value === null
  return kind === 'role' && Array.isArray(value) && value.length === 0
}

/** The sample with something else in that place; `undefined` leaves the field out. */
export function withValue(
  sample: Sample,
  { part, name }: Pick<IdPlace, 'part' | 'name'>,
  value: unknown,
): Sample {
  return { ...sample, [part]: put(sample[part] ?? {}, name.split('.'), value) }
}

export function withId(sample: Sample, place: IdPlace, id: string): Sample {
  return withValue(sample, place, place.isList ? [id] : id)
}

function put(fields: object, [field = '', ...rest]: string[], value: unknown): object {
  const inner = rest.length === 0 ? value : put(Object(Reflect.get(fields, field)), rest, value)
  if (field === '0') return [inner]
  const { [field]: _old, ...others } = fields as Record<string, unknown>
  return inner === undefined ? others : { ...others, [field]: inner }
}

/** What is in a space, or is one. */
export function isOfPlace(kind: Kind): kind is (typeof kindsOfPlace)[number] {
  return kindsOfPlace.some((one) => one === kind)
}

const kindsOfPlace = ['space', 'folder', 'file', 'chunk', 'search', 'webhook', 'alert'] as const

export function isOfPeople(kind: Kind): kind is PeopleKind {
  return peopleKinds.has(kind)
}

const peopleKinds = new Set<Kind>(['user', 'group', 'role', 'grant', 'invitation', 'token'])

export function ownId({ customer, place, keyId }: Caller, kind: Kind): string {
  if (kind === 'key') return keyId
  if (isOfPeople(kind)) return customer.people[kind].id
  return isOfPlace(kind) ? place[kind].id : customer[kind].id
}
