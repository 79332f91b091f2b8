import { createWriteStream } from 'node:fs'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command } from 'commander'
import type { Connection } from './connection.ts'
import { CommandFailure } from './failure.ts'
import { findFolder } from './find-folder.ts'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { type Record, showList, showRecord } from './show-record.ts'
import { get, post, verbsAbout } from './verbs-about.ts'

const columns = ['id', 'name', 'status', 'size_bytes', 'folder_id', 'created_at']
const versionColumns = ['number', 'is_live', 'size_bytes', 'created_at', 'id']

export function fileCommand(): Command {
  const group = addConnectionOptions(new Command('file')).description('Files of a space')
  group
    .command('list')
    .description('List files, newest first')
    .option('--space <space>', 'id or slug, or * for every one; left out, the default space')
    .option('--folder <folder>', 'only those in it, id or path; / for those in none')
    .option('--recursive', 'and in the folders within it')
    .option('--trashed', 'those in the trash instead')
    .option('--name <part>', 'with this in their names')
    .option('--status <status>', 'queued, extracting, indexing, ready, failed or stored')
    .action(async (options: ListOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(
        output,
        connection.list<Record>('/v1/files', await queryOf(connection, options)),
        columns,
      )
    })
  const addVerb = verbsAbout(group, { argument: '<file>', how: 'id', path: '/v1/files' })
  addVerb('show', 'Show a file', get)
  addVerb('restore', 'Take a file out of the trash', post('restore'))
  group
    .command('versions')
    .description('List the versions of a file, newest first')
    .argument('<file>', 'id')
    .action(async (file: string, _options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(output, connection.list<Record>(`${pathOf(file)}/versions`), versionColumns)
    })
  addImport(group)
  addMoving(group, 'move', 'Move a file to a folder or space', (connection, path, body) =>
    connection.patch(path, body),
  )
  addMoving(group, 'copy', 'Copy a file to a folder or space', (connection, path, body) =>
    connection.post(`${path}/copy`, body),
  )
  group
    .command('rename')
    .description('Give a file another name')
    .argument('<file>', 'id')
    .argument('<name>', 'its new name')
    .action(async (file: string, name: string, _options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      showRecord(output, await connection.patch<Record>(pathOf(file), { name }))
    })
  group
    .command('delete')
    .description('Put a file into the trash')
    .argument('<file>', 'id')
    .option('--permanent', 'delete it for good, from the trash too')
    .action(async (file: string, { permanent }: { permanent?: boolean }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await connection.delete(`${pathOf(file)}${permanent ? '?permanent=true' : ''}`)
      showRecord(output, { deleted: file })
    })
  addDownload(group)
  return group
}

const pathOf = (file: string) => `/v1/files/${encodeURIComponent(file)}`

type ListOptions = {
  space?: string
  folder?: string
  recursive?: boolean
  trashed?: boolean
  name?: string
  status?: string
}

async function queryOf(connection: Connection, options: ListOptions) {
  const { space, folder, recursive, trashed, name, status } = options
  const id = folder === undefined ? undefined : ((await findFolder(connection, folder, space)) ?? '/')
  const flag = (isSet: boolean | undefined) => (isSet ? 'true' : undefined)
  return { space, folder: id, recursive: flag(recursive), trashed: flag(trashed), name, status }
}

type ImportOptions = MoveOptions & { name?: string; externalId?: string; onConflict?: string }

function addImport(group: Command) {
  group
    .command('import')
    .description('Import a file from an address')
    .argument('<url>', 'public, http or https')
    .option('--name <name>', 'what to call it; left out, as its address or the answer does')
    .option('--space <space>', 'id or slug; left out, the default space')
    .option('--folder <folder>', 'id or path; / for none')
    .option('--path <path>', 'below that folder or the top; made where it is missing')
    .option('--external-id <id>', 'your own id of it')
    .option('--on-conflict <how>', 'fail, skip, replace or version, where the space has that id')
    .action(async (url: string, { folder, ...options }: ImportOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const { space, path, name, externalId: external_id, onConflict: on_conflict } = options
      // No folder is what an import has when none is said.
      const id =
        folder === undefined ? undefined : ((await findFolder(connection, folder, space)) ?? undefined)
      const body = { url, name, space, folder: id, path, external_id, on_conflict }
      showRecord(output, await connection.post<Record>('/v1/files/import', body))
    })
}

type MoveOptions = { space?: string; folder?: string; path?: string }
type Move = (connection: Connection, path: string, body: object) => Promise<Record>

function addMoving(group: Command, verb: string, description: string, move: Move) {
  group
    .command(verb)
    .description(description)
    .argument('<file>', 'id')
    .option('--space <space>', 'id or slug of another space')
    .option('--folder <folder>', 'id or path; / for none')
    .option('--path <path>', 'below that folder or the top; made where it is missing')
    .action(async (file: string, { space, folder, path }: MoveOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const id = folder === undefined ? undefined : await findFolder(connection, folder, space)
      showRecord(output, await move(connection, pathOf(file), { space, folder: id, path }))
    })
}

type DownloadOptions = { output?: string; version?: string; force?: boolean }

function addDownload(group: Command) {
  group
    .command('download')
    .description('Download a file')
    .argument('<file>', 'id')
    .option('--output <path>', 'where to; left out, its name in this directory')
    .option('--version <number>', 'an earlier version')
    .option('--force', 'write over a file that is there')
    .action(async (file: string, options: DownloadOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const { name } = await connection.get<{ name: string }>(pathOf(file))
      const target = options.output ?? basename(name)
      const version = options.version === undefined ? '' : `/versions/${encodeURIComponent(options.version)}`
      const bytes = await connection.download(`${pathOf(file)}${version}/content`)
      const to = createWriteStream(target, { flags: options.force ? 'w' : 'wx' })
      await pipeline(Readable.fromWeb(bytes), to).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
          throw new CommandFailure('usage', `${target} is there already.`, {
            advice: 'Say --force or --output.',
          })
        throw error
      })
      showRecord(output, { file, saved: target, size_bytes: to.bytesWritten })
    })
}
