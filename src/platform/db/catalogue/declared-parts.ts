import type { Wall } from './declared.ts'

/**
 * What who is held to parts of spaces may do with tenant tables, and with which rows. Tables that are not named here are
 * closed to them. Conditions as PostgreSQL prints them back; `migrations/0005_rights.sql` writes them.
 */
type Command = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'
type Part = {
  commands: readonly Command[]
  of: 'file' | 'folder' | 'made of a file' | 'made of a block' | 'space'
}

const all = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const
const parts: Record<string, Part> = {
  folders: { commands: all, of: 'folder' },
  files: { commands: all, of: 'file' },
  versions: { commands: all, of: 'made of a file' },
  chunks: { commands: all, of: 'made of a file' },
  index_blocks: { commands: all, of: 'made of a file' },
  index_vectors: { commands: all, of: 'made of a block' },
  spaces: { commands: ['SELECT', 'UPDATE'], of: 'space' },
  space_synonyms: { commands: ['SELECT'], of: 'space' },
}

/** Rights on single columns. */
const columns: Record<string, string> = { 'spaces UPDATE': 'update (index_seq)' }

export function partGrants(table: string): string[] {
  return (parts[table]?.commands ?? []).map(
    (command) => columns[`${table} ${command}`] ?? command.toLowerCase(),
  )
}

/** @param withinSpaces the condition that a row lies in the caller's spaces, of a column, and of a table when it is named */
export function partWalls(
  table: string,
  withinSpaces: (column: string, table?: string) => string,
): Record<string, Wall> {
  const part = parts[table]
  if (!part) return {}
  const conditions = createConditions(withinSpaces)
  return Object.fromEntries(
    part.commands.map((command) => {
      const condition = conditions[part.of](command === 'SELECT' ? 'sees' : 'changes', table)
      return [`part_${command.toLowerCase()}`, wallOf(command, condition)]
    }),
  )
}

function wallOf(command: Command, condition: string): Wall {
  const wall = { role: 'bulkhead_part', command } as const
  if (command === 'INSERT') return { ...wall, check: condition }
  return { ...wall, using: condition, ...(command === 'UPDATE' ? { check: condition } : {}) }
}

type Kind = 'sees' | 'changes'

function createConditions(withinSpaces: (column: string, table?: string) => string) {
  /** Without the brackets around it. A file in the trash is held to the folder it lay in. */
  const fileParts = (kind: Kind, prefix: string, table?: string) => {
    const folder = `COALESCE(${prefix}folder_id, ${prefix}trashed_folder_id)`
    const isThere = `((${prefix}trashed_folder_id IS NULL) OR (EXISTS ( SELECT FROM folders WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id)))))`
    return `${withinSpaces('space_id', table)} AND (${listed(`${prefix}id`, kind)} OR (${unlisted(`${prefix}id`, `${kind}_not`)} AND (${listed(folder, kind)} OR (${listed(`${prefix}space_id`, `${kind}_spaces`)} AND ((${folder} IS NULL) OR (${unlisted(folder, `${kind}_not`)} AND ${isThere}))))))`
  }
  const ofFile = (kind: Kind, table: string, prefix?: string) => {
    const file = kind === 'sees' ? '' : ` AND ${fileParts(kind, 'files.', 'files')}`
    return `${withinSpaces('space_id', prefix)} AND (EXISTS ( SELECT FROM files WHERE ((files.tenant_id = ${table}.tenant_id) AND (files.id = ${table}.file_id)${file})))`
  }
  return {
    file: (kind: Kind) => `(${fileParts(kind, '')})`,
    folder: (kind: Kind) =>
      `(${withinSpaces('space_id')} AND (${listed('id', kind)} OR (${listed('space_id', `${kind}_spaces`)} AND ${unlisted('id', `${kind}_not`)} AND ((parent_id IS NULL) OR ${unlisted('parent_id', `${kind}_not`)}))))`,
    'made of a file': (kind: Kind, table: string) => `(${ofFile(kind, table)})`,
    'made of a block': (kind: Kind, table: string) => {
      const file = kind === 'sees' ? '' : ` AND ${ofFile(kind, 'index_blocks', 'index_blocks')}`
      return `(${withinSpaces('space_id')} AND (EXISTS ( SELECT FROM index_blocks WHERE ((index_blocks.tenant_id = ${table}.tenant_id) AND (index_blocks.space_id = ${table}.space_id) AND (index_blocks.version_id = ${table}.version_id)${file}))))`
    },
    space: (_: Kind, table: string) => `(${withinSpaces(table === 'spaces' ? 'id' : 'space_id')})`,
  }
}

function listed(column: string, setting: string): string {
  return `(${column} IN ( SELECT unnest((NULLIF(current_setting('app.${setting}'::text, true), ''::text))::uuid[]) AS unnest))`
}

function unlisted(column: string, setting: string): string {
  return `(NOT ${listed(column, setting)})`
}
