import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Permission, permissionsOf, placePermissions, type Places } from '#platform/scope/index.ts'
import { scale } from '../../../../test/support/scale.ts'
import { type HeldRole, permissionsOfRoles } from './decide.ts'
import type { Rights } from './find-places.ts'
import { type Access, findReach } from './reach.ts'

/** Two spaces, in each folders that lie in the root or in one another, and files that lie anywhere. */
type Tree = {
  rights: Rights
  held: Set<Permission>
  /** All of them, with those that no grant names. */
  folders: Rights['folders'][number][]
  files: Rights['files'][number][]
}

const spaceIds = ['s0', 's1']
const tenantPermissions = permissionsOf.tenant.filter((p) => !p.endsWith('manage'))

const role = fc.record({
  permissions: fc.subarray([...tenantPermissions]),
  entersOpenSpaces: fc.boolean(),
  isOwner: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
})
const place = fc.record({ space: fc.nat(1), parent: fc.option(fc.nat(30)) })
const saying = fc.record({
  effect: fc.constantFrom('allow' as const, 'deny' as const),
  permissions: fc.subarray([...placePermissions], { minLength: 1 }),
  on: fc.nat(60),
})

const tree: fc.Arbitrary<Tree> = fc
  .record({
    roles: fc.array(role, { maxLength: 3 }),
    open: fc.tuple(fc.boolean(), fc.boolean()),
    folders: fc.array(place, { maxLength: 12 }),
    files: fc.array(place, { maxLength: 12 }),
    grants: fc.array(saying, { maxLength: 14 }),
    key: fc.subarray([...tenantPermissions], { minLength: 3 }),
  })
  .map(({ roles, open, ...drawn }) => {
    const folders = placeAll('d', drawn.folders, () => [])
    const files = placeAll('f', drawn.files, () => folders)
    const places = [...spaceIds, ...folders.map(({ id }) => id), ...files.map(({ id }) => id)]
    const grants = drawn.grants.map(({ on, ...said }, i) => ({
      ...said,
      id: `g${i}`,
      on: places[on % places.length]!,
    }))
    const heldRoles: HeldRole[] = roles.map(({ isOwner, ...one }, i) => ({
      ...one,
      id: `r${i}`,
      slug: isOwner ? 'owner' : 'other',
      isBuiltIn: isOwner,
      permissions: isOwner ? permissionsOf.tenant : one.permissions,
    }))
    const granted = new Set(grants.map(({ on }) => on))
    const rights = {
      roles: heldRoles,
      spaces: spaceIds.map((id, i) => ({ id, isOpen: open[i]!, isTest: false })),
      grants,
      folders: folders.filter((folder) => chainOf(folder.id, folders).some((id) => granted.has(id))),
      files: files.filter(({ id }) => granted.has(id)),
    }
    const ofRoles = permissionsOfRoles(heldRoles)
    return { rights, held: new Set(drawn.key.filter((p) => ofRoles.has(p))), folders, files }
  })

type Drawn = { space: number; parent: number | null }

/** A parent is a folder of the same space that came before, so that there are no rings. */
function placeAll(prefix: string, drawn: Drawn[], among: () => Rights['folders'][number][]) {
  const placed: (Rights['folders'][number] & { folderId: string | null })[] = []
  for (const [i, { space, parent }] of drawn.entries()) {
    const spaceId = spaceIds[space]!
    const parents = (prefix === 'd' ? placed : among()).filter((one) => one.spaceId === spaceId)
    const id = parent === null || parents.length === 0 ? null : parents[parent % parents.length]!.id
    placed.push({ id: `${prefix}${i}`, spaceId, parentId: id, folderId: id })
  }
  return placed
}

function chainOf(id: string | null, folders: readonly Rights['folders'][number][]): string[] {
  if (id === null) return []
  return [id, ...chainOf(folders.find((folder) => folder.id === id)!.parentId, folders)]
}

/** The rules as people read them, one place and one permission at a time, with nothing remembered or put together. */
function mayByHand({ rights, held }: Tree, place: string[], permission: Permission): boolean {
  const { roles, grants, spaces } = rights
  if (roles.some(({ isBuiltIn, slug }) => isBuiltIn && slug === 'owner')) return held.has(permission)
  if (!held.has(permission)) return false
  for (const one of place) {
    const said = grants.filter(
      ({ on, permissions }) => on === one && permissions.includes(permission as never),
    )
    if (said.some(({ effect }) => effect === 'deny')) return false
    if (said.length > 0) return true
  }
  const space = spaces.find(({ id }) => id === place.at(-1))!
  return (
    space.isOpen &&
    roles.some(({ entersOpenSpaces, permissions }) => entersOpenSpaces && permissions.includes(permission))
  )
}

/** As the policies of the database read the settings. */
function holdsFile({ spaces, within, except }: Places, file: Rights['files'][number]): boolean {
  if (within.includes(file.id)) return true
  if (except.includes(file.id)) return false
  if (file.folderId !== null && within.includes(file.folderId)) return true
  return spaces.includes(file.spaceId) && (file.folderId === null || !except.includes(file.folderId))
}

function holdsFolder({ spaces, within, except }: Places, folder: Rights['folders'][number]): boolean {
  return within.includes(folder.id) || (spaces.includes(folder.spaceId) && !except.includes(folder.id))
}

const nowhere = { spaces: [], within: [], except: [] }

function sawByHand(tree: Tree, access: Access, place: string[]): boolean {
  const seenBy: Permission[] =
    access === 'files:write' || access === 'files:delete' ? [access, 'files:read'] : [access as Permission]
  return seenBy.some((permission) => mayByHand(tree, place, permission))
}

test('what a user sees and changes is what the rules say, place by place', () => {
  fc.assert(
    fc.property(tree, fc.constantFrom(...placePermissions), (drawn, access) => {
      const { folders, files } = drawn
      const reach = findReach(drawn.rights, drawn.held, access)
      // An owner is held to nothing; the route has asked for the permission before.
      if (reach.spaces === 'all') return
      const whole = { spaces: reach.spaces, within: [], except: [] }
      const isChange = access === 'files:write' || access === 'files:delete'
      const sees = reach.part?.sees ?? whole
      const changes = reach.part?.changes ?? (isChange ? whole : nowhere)
      for (const file of files) {
        const place = [file.id, ...chainOf(file.folderId, folders), file.spaceId]
        const isSeen = reach.spaces.includes(file.spaceId) && holdsFile(sees, file)
        expect(isSeen, `${access} sees ${file.id}`).toBe(sawByHand(drawn, access, place))
        const mayChange = isChange && mayByHand(drawn, place, access)
        expect(holdsFile(changes, file), `${access} changes ${file.id}`).toBe(mayChange)
      }
      for (const folder of folders) {
        const place = [...chainOf(folder.id, folders), folder.spaceId]
        const isSeen = reach.spaces.includes(folder.spaceId) && holdsFolder(sees, folder)
        expect(isSeen, `${access} sees ${folder.id}`).toBe(sawByHand(drawn, access, place))
      }
    }),
    { numRuns: scale.grantTrees },
  )
})

test('a space is entered exactly when something in it is let in', () => {
  fc.assert(
    fc.property(tree, fc.constantFrom(...placePermissions), (drawn, access) => {
      const reach = findReach(drawn.rights, drawn.held, access)
      if (reach.spaces === 'all') return
      for (const id of spaceIds) {
        const { folders, files } = drawn
        // Only what a grant says something about can differ from its space.
        const places = [
          [id],
          ...folders
            .filter(({ spaceId }) => spaceId === id)
            .map((folder) => [...chainOf(folder.id, folders), id]),
          ...files
            .filter(({ spaceId }) => spaceId === id)
            .map((file) => [file.id, ...chainOf(file.folderId, folders), id]),
        ]
        const isEntered = places.some((place) => sawByHand(drawn, access, place))
        expect(reach.spaces.includes(id), id).toBe(isEntered)
      }
    }),
    { numRuns: scale.grantTrees },
  )
})

test('permissions that concern the tenant as a whole are held to no place', () => {
  const rights: Rights = { roles: [], spaces: [], grants: [], folders: [], files: [] }
  for (const access of ['users:read', 'grants:manage', 'keys:manage'] as const)
    expect(findReach(rights, new Set(), access)).toEqual({ spaces: 'all' })
  expect(findReach(rights, new Set(), 'authenticated')).toEqual({ spaces: [] })
})
