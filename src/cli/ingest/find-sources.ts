import type { Stats } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CommandFailure } from '../failure.ts'

export type Source = {
  path: string
  /** The path below the root that was named, with `/` on every system: what a later run finds the file by. */
  externalId: string
  sizeBytes: number
}

/**
 * Every file below the given paths, in the order of their names. Hidden files and folders are left out, and symbolic
 * links are not followed: they lead out of what was named. What is named itself is taken, even when it is either.
 * @throws CommandFailure when a path is not there, or two roots have a file of the same name
 */
export async function findSources(paths: string[]): Promise<Source[]> {
  const sources: Source[] = []
  for (const path of paths) {
    const found = await statOrUndefined(path)
    if (!found) throw new CommandFailure('usage', `There is no file or folder ${path}.`)
    if (found.isDirectory()) await walk(await realpath(path), '', sources)
    else sources.push({ path, externalId: basename(path), sizeBytes: found.size })
  }
  refuseTwins(sources)
  return sources
}

async function walk(root: string, below: string, sources: Source[]) {
  const entries = await readdir(join(root, below), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue
    const externalId = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) await walk(root, externalId, sources)
    if (!entry.isFile()) continue
    const path = join(root, externalId)
    const found = await statOrUndefined(path)
    if (found) sources.push({ path, externalId, sizeBytes: found.size })
  }
}

/** What was deleted since its folder was listed is simply not there. */
async function statOrUndefined(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined)
}

/** Two files with one identity would replace each other at every run. */
function refuseTwins(sources: Source[]) {
  const seen = new Map<string, Source>()
  for (const source of sources) {
    const twin = seen.get(source.externalId)
    if (twin) {
      throw new CommandFailure(
        'usage',
        `${twin.path} and ${source.path} would both be ${source.externalId}.`,
        {
          advice: `Name the folder above both, for example ${dirname(dirname(source.path))}.`,
        },
      )
    }
    seen.set(source.externalId, source)
  }
}
