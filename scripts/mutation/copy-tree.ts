import { constants, copyFileSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const left = new Set(['.git', 'node_modules', 'data', 'coverage'])

/**
 * Runs `work` with copies of this repository in which sources may be changed and tests run, and removes them whatever
 * happens. Packages are hard links: reading processes may read no directory that a symbolic link leads to.
 */
export async function withCopies<T>(count: number, work: (trees: string[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-mutation-'))
  try {
    const trees = Array.from({ length: count }, (_, i) => join(folder, `tree-${i + 1}`))
    for (const tree of trees) await copyTree(tree)
    return await work(trees)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function copyTree(tree: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!left.has(name)) await cp(join(root, name), join(tree, name), { recursive: true })
  }
  linkFolder(join(root, 'node_modules'), join(tree, 'node_modules'))
}

/** Caches are left out: who writes to a link writes to the original. */
function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (/^\.(vite|cache)/.test(entry.name)) continue
    if (entry.isDirectory()) linkFolder(source, target)
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else linkOrCopy(source, target)
  }
}

/** A temporary directory on another disk takes no links. */
function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch {
    copyFileSync(source, target, constants.COPYFILE_FICLONE)
  }
}
