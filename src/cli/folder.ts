import { Command } from 'commander'
import type { Connection } from './connection.ts'
import { findFolder, type Folder } from './find-folder.ts'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { faint, type Output, printable } from './output.ts'
import { type Record, showRecord } from './show-record.ts'

const reference = 'id or path, such as Contracts/2026'
const spaceOption = ['--space <space>', 'id or slug; left out, the default space'] as const
type InSpace = { space?: string }

export function folderCommand(): Command {
  const group = addConnectionOptions(new Command('folder')).description('Folders of a space')
  group
    .command('list')
    .description('Show the folders of a space as a tree')
    .option(...spaceOption)
    .action(async ({ space }: InSpace, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showTree(output, connection.list<Folder>('/v1/folders', { space }))
    })
  group
    .command('create')
    .description('Create a folder, with those on the way to it')
    .argument('<path>', 'Contracts/2026')
    .option(...spaceOption)
    .option('--in <folder>', `the folder it begins in, ${reference}`)
    .action(async (path: string, { space, in: within }: InSpace & { in?: string }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const parent = within === undefined ? undefined : await findFolder(connection, within, space)
      showRecord(output, await connection.post<Record>('/v1/folders', { path, space, parent }))
    })
  addChange(
    group,
    'rename',
    ['<name>', 'its new name'],
    'Give a folder another name',
    async (_connection, name) => ({ name }),
  )
  addChange(
    group,
    'move',
    ['<to>', `the folder it goes into, ${reference}, or /`],
    'Move a folder with all it holds into another one, or to the top: /',
    async (connection, to, space) => ({ parent: await findFolder(connection, to, space) }),
  )
  group
    .command('delete')
    .description('Delete a folder')
    .argument('<folder>', reference)
    .option(...spaceOption)
    .option('--force', 'with all it holds; its files go into the trash')
    .action(async (folder: string, { space, force }: InSpace & { force?: boolean }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await connection.delete(`${await pathOf(connection, folder, space)}${force ? '?force=true' : ''}`)
      showRecord(output, { deleted: folder })
    })
  return group
}

type Change = (connection: Connection, value: string, space: string | undefined) => Promise<object>

function addChange(
  group: Command,
  verb: string,
  argument: [string, string],
  description: string,
  change: Change,
) {
  group
    .command(verb)
    .description(description)
    .argument('<folder>', reference)
    .argument(...argument)
    .option(...spaceOption)
    .action(async (folder: string, value: string, { space }: InSpace, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const path = await pathOf(connection, folder, space)
      showRecord(output, await connection.patch<Record>(path, await change(connection, value, space)))
    })
}

async function pathOf(connection: Connection, folder: string, space: string | undefined): Promise<string> {
  return `/v1/folders/${encodeURIComponent((await findFolder(connection, folder, space)) ?? folder)}`
}

/** Children under their parents, by name; the server lists them in the order of their creation. */
async function showTree(output: Output, folders: AsyncIterable<Folder>) {
  const below = new Map<string | null, Folder[]>()
  for await (const folder of folders) {
    output.json(folder)
    below.set(folder.parent_id, [...(below.get(folder.parent_id) ?? []), folder])
  }
  if (below.size === 0) output.line('There are none.')
  const show = (parent: string | null, indent: string) => {
    for (const { id, name } of (below.get(parent) ?? []).sort((a, b) => a.name.localeCompare(b.name))) {
      output.line(`${indent}${printable(name)}  ${faint(id)}`)
      show(id, `${indent}  `)
    }
  }
  show(null, '')
}
