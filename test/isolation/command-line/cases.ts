import { randomId } from '#isolation/routes/foreign-ids.ts'
import type { Kind } from '#isolation/routes/places.ts'
import type { World } from '#isolation/world/world.ts'
import { create } from '../../support/people.ts'

/** A command that talks about something by its id. */
export type CommandCase = {
  command: string
  key: string
  /** The arguments with an id in them. */
  args: (id: string) => string[]
  /** An id that the key may name, ids that it may not, and one that nobody has. */
  own: string
  foreign: string[]
  nobodys: string
}

/** What a case is about: which ids there are of the kind. */
type Named = Pick<CommandCase, 'own' | 'foreign' | 'nobodys'>
type Args = CommandCase['args']

/** Every command that names something. Within each family, those that end a thing come last. */
export async function commandCases(world: World): Promise<CommandCase[]> {
  return [
    ...contentCases(world, await spareContent(world)),
    ...peopleCases(world, await sparePeople(world)),
    ...holderCases(world, await spareHolders(world)),
  ]
}

function about(key: string, named: Named) {
  return (command: string, args: Args, own = named.own): CommandCase => ({
    ...named,
    key,
    command,
    args,
    own,
  })
}

/** Things that a command may end. */
async function spareContent({ own: { tenant } }: World) {
  const folder = await create<{ id: string }>(tenant.api, '/v1/folders', { name: 'spare' })
  const lost = await tenant.api.upload<{ id: string }>('lost.txt', 'Thrown away.')
  await tenant.api.delete(`/v1/files/${lost.body.id}`)
  const space = await create<{ slug: string }>(tenant.api, '/v1/spaces', { slug: 'empty' })
  return { folder: folder.id, lost: lost.body.id, space: space.slug }
}

function contentCases(
  { own, stranger, sibling, run }: World,
  spare: Awaited<ReturnType<typeof spareContent>>,
) {
  const { tenant, first, second } = own
  const of = (kind: 'folder' | 'file' | 'webhook' | 'alert') =>
    about(tenant.key, {
      own: second[kind].id,
      foreign: [stranger.second[kind].id, sibling!.second[kind].id],
      nobodys: randomId(kind),
    })
  const space = about(tenant.key, {
    own: second.space.id,
    foreign: [stranger.second.space.id, stranger.second.space.slug, sibling!.second.space.id],
    nobodys: randomId('space'),
  })
  const folder = of('folder')
  const file = of('file')
  const webhook = of('webhook')
  const alert = of('alert')
  return [
    space('search', (id) => ['search', run.commonWords, '--space', id]),
    space('ask', (id) => ['ask', run.question, '--space', id]),
    space('events list', (id) => ['events', 'list', '--space', id]),
    space('events digest', (id) => ['events', 'digest', '--space', id]),
    space('audit list', (id) => ['audit', 'list', '--space', id]),
    space('insight', (id) => ['insight', '--space', id]),
    space('ingest', (id) => ['ingest', 'new.md', '--space', id, '--no-wait']),
    space('space get', (id) => ['space', 'get', id]),
    space('space archive', (id) => ['space', 'archive', id]),
    space('space resume', (id) => ['space', 'resume', id]),
    space('space synonyms', (id) => ['space', 'synonyms', id]),
    space('embedder status', (id) => ['embedder', 'status', id]),
    space('embedder use, for a space', (id) => ['embedder', 'use', 'builtin', '--space', id]),
    space('reranker use, for a space', (id) => ['reranker', 'use', 'none', '--space', id]),
    space('model use, for a space', (id) => ['model', 'use', 'none', '--space', id]),
    space('folder list', (id) => ['folder', 'list', '--space', id]),
    space('space delete', (id) => ['space', 'delete', id], spare.space),
    folder('file list, in a folder', (id) => ['file', 'list', '--space', second.space.id, '--folder', id]),
    folder('folder create', (id) => ['folder', 'create', 'a/b', '--in', id, '--space', second.space.id]),
    folder('file import, into a folder', (id) => {
      const where = ['--folder', id, '--space', second.space.id]
      return ['file', 'import', 'https://nowhere.invalid/a.txt', ...where]
    }),
    folder('portal issue, for a folder', (id) => {
      const given = ['--scopes', 'search', '--spaces', second.space.id]
      return ['portal', 'issue', 'someone', ...given, '--folders', id]
    }),
    folder('folder rename', (id) => ['folder', 'rename', id, 'renamed']),
    folder('folder move', (id) => ['folder', 'move', id, '/']),
    folder('folder delete', (id) => ['folder', 'delete', id], spare.folder),
    ...['show', 'versions', 'copy', 'move', 'delete'].map((verb) =>
      file(`file ${verb}`, (id) => ['file', verb, id]),
    ),
    space('webhook create, for a space', (id) => [
      'webhook',
      'create',
      'https://nowhere.invalid/',
      '--space',
      id,
    ]),
    space('webhook create, of a space', (id) => [
      'webhook',
      'create',
      'https://nowhere.invalid/',
      '--spaces',
      id,
    ]),
    ...['show', 'rotate', 'deliveries', 'test', 'disable', 'enable', 'update', 'delete'].map((verb) =>
      webhook(`webhook ${verb}`, (id) => ['webhook', verb, id]),
    ),
    webhook('webhook replay', (id) => ['webhook', 'replay', id, '--events', '1'], first.webhook.id),
    space('alert create', (id) => {
      const rule = ['--type', 'file.failed', '--threshold', '9', '--window', '60']
      return ['alert', 'create', 'failures', ...rule, '--space', id]
    }),
    ...['show', 'update', 'delete'].map((verb) => alert(`alert ${verb}`, (id) => ['alert', verb, id])),
    file('file restore', (id) => ['file', 'restore', id], spare.lost),
    file('file rename', (id) => ['file', 'rename', id, 'renamed.md'], first.file.id),
    file('file download', (id) => ['file', 'download', id, '--output', 'saved.md', '--force'], first.file.id),
  ]
}

async function sparePeople({ own: { tenant, people } }: World) {
  const make = async (path: string, body: object) => (await create<{ id: string }>(tenant.api, path, body)).id
  return {
    user: await make('/v1/users', { name: 'spare', roles: [people.role.id] }),
    group: await make('/v1/groups', { name: 'spare' }),
    role: await make('/v1/roles', { slug: 'spare', permissions: ['files:read'] }),
  }
}

function peopleCases({ own, stranger, sibling }: World, spare: Awaited<ReturnType<typeof sparePeople>>) {
  const { tenant, people, first } = own
  const of = (kind: keyof typeof people & Kind) =>
    about(tenant.key, {
      own: people[kind].id,
      foreign: [stranger.people[kind].id, sibling!.people[kind].id],
      nobodys: randomId(kind),
    })
  const [user, group, role, grant, invitation, token] = (
    ['user', 'group', 'role', 'grant', 'invitation', 'token'] as const
  ).map(of) as [Of, Of, Of, Of, Of, Of]
  const reading = ['--permissions', 'files:read']
  const here = ['--space', first.space.id]
  return [
    user('user get', (id) => ['user', 'get', id]),
    user('user roles', (id) => ['user', 'roles', id, people.role.id]),
    user('audit redact', (id) => ['audit', 'redact', id, '--yes'], spare.user),
    role('user roles, by the role', (id) => ['user', 'roles', people.user.id, id]),
    role('user create, with a role', (id) => ['user', 'create', 'somebody', '--roles', id]),
    role('invitation create, with a role', (id) => [
      'invitation',
      'create',
      'new@example.com',
      '--roles',
      id,
    ]),
    group('group members', (id) => ['group', 'members', id]),
    user('group add', (id) => ['group', 'add', people.group.id, id], spare.user),
    group('group add, to the group', (id) => ['group', 'add', id, spare.user]),
    group('group remove, from the group', (id) => ['group', 'remove', id, spare.user]),
    user('access explain', (id) => ['access', 'explain', id, ...here]),
    user('key create, for a user', (id) => ['key', 'create', 'theirs', '--user', id]),
    user('grant allow', (id) => ['grant', 'allow', '--user', id, ...here, ...reading]),
    group('grant allow, to a group', (id) => ['grant', 'allow', '--group', id, ...here, ...reading]),
    role('grant deny', (id) => ['grant', 'deny', '--role', id, ...here, ...reading]),
    grant('grant remove', (id) => ['grant', 'remove', id]),
    token('portal revoke', (id) => ['portal', 'revoke', id]),
    invitation('invitation revoke', (id) => ['invitation', 'revoke', id]),
    user('user deactivate', (id) => ['user', 'deactivate', id]),
    user('user resume', (id) => ['user', 'resume', id]),
    user('user delete', (id) => ['user', 'delete', id], spare.user),
    role('role delete', (id) => ['role', 'delete', id], spare.role),
    group('group delete', (id) => ['group', 'delete', id], spare.group),
  ]
}

type Of = ReturnType<typeof about>

async function spareHolders({ own: { partner } }: World) {
  return { tenant: (await create<{ id: string }>(partner.api!, '/v1/tenants', { slug: 'doomed' })).id }
}

/** Tenants and keys. */
function holderCases({ own, stranger, sibling }: World, spare: Awaited<ReturnType<typeof spareHolders>>) {
  const { tenant, first, second, partner } = own
  const tenants = {
    own: tenant.id,
    foreign: [stranger.tenant.id, stranger.tenant.slug],
    nobodys: randomId('tenant'),
  }
  const ofPartner = about(partner.key!, tenants)
  const key = about(tenant.key, {
    own: first.keyId,
    foreign: [stranger.tenant.keyId, stranger.first.keyId],
    nobodys: randomId('key'),
  })
  const space = about(tenant.key, {
    own: second.space.id,
    foreign: [stranger.second.space.id, sibling!.second.space.slug],
    nobodys: randomId('space'),
  })
  return [
    about(tenant.key, tenants)('tenant get', (id) => ['tenant', 'get', id]),
    ofPartner('tenant get, by a partner', (id) => ['tenant', 'get', id]),
    ofPartner('embedder use, for a tenant', (id) => ['embedder', 'use', 'builtin', '--tenant', id]),
    ofPartner('reranker use, for a tenant', (id) => ['reranker', 'use', 'none', '--tenant', id]),
    ofPartner('model use, for a tenant', (id) => ['model', 'use', 'none', '--tenant', id]),
    ...['suspend', 'resume', 'archive'].map((verb) =>
      ofPartner(`tenant ${verb}`, (id) => ['tenant', verb, id], sibling!.tenant.id),
    ),
    ofPartner('tenant erase', (id) => ['tenant', 'erase', id, '--yes'], spare.tenant),
    space('portal issue', (id) => ['portal', 'issue', 'someone', '--scopes', 'search', '--spaces', id]),
    space('key create', (id) => ['key', 'create', 'one', '--space', id]),
    key('key rotate', (id) => ['key', 'rotate', id], second.keyId),
    key('key revoke', (id) => ['key', 'revoke', id]),
  ]
}
