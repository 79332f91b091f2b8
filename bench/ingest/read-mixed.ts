import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { readManifest } from '../extract/read-manifest.ts'
import type { LocalFile } from '../server/read-folder.ts'

/** So many files: those of the folders' manifests in turn, again and again under names of their own. */
export async function readMixed(folders: readonly string[], count: number): Promise<LocalFile[]> {
  const sets = await Promise.all(folders.map(readManifest))
  const paths = sets.flatMap(({ demands }) => demands.map(({ path }) => path))
  const contents = await Promise.all(paths.map(async (path) => new Uint8Array(await readFile(path))))
  return Array.from({ length: count }, (_, i) => {
    const at = i % paths.length
    return { name: `${i + 1}-${basename(paths[at]!)}`, content: contents[at]! }
  })
}
