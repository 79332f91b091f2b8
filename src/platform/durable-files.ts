import { open } from 'node:fs/promises'

/**
 * Writes a file that is not there yet and syncs it.
 * @throws Error EEXIST when it is: what is kept like this must never be overwritten
 */
export async function writeNew(path: string, text: string): Promise<void> {
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
