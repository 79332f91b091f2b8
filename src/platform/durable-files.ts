import { randomUUID } from 'node:crypto'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a file that is not there yet, the whole of it or nothing: a process that dies in between leaves no half of a
 * key that everybody would then stumble over.
 * @throws Error EEXIST when it is there: what is kept like this must never be overwritten
 */
export async function writeNew(path: string, text: string): Promise<void> {
  await writeAside(path, text, (aside) => link(aside, path))
}

/** Replaces a file in one step: whoever reads it, after a crash too, finds the old text or the new. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeAside(path, text, (aside) => rename(aside, path))
  await syncDirectory(dirname(path))
}

/** What a crash leaves beside a file has the file's name and something after it. */
async function writeAside(
  path: string,
  text: string,
  putInPlace: (aside: string) => Promise<void>,
): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await writeAndSync(aside, text)
    await putInPlace(aside)
  } finally {
    await rm(aside, { force: true })
  }
}

async function writeAndSync(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes what was added to, renamed in or removed from a directory survive a power failure. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
