import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../command/run-command.ts'

export type LocalFile = { name: string; content: Uint8Array<ArrayBuffer> }

/** The PDFs of a folder, by name. @throws UsageError when there is none */
export async function readPdfs(folder: string): Promise<LocalFile[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new UsageError(`cannot read the folder ${folder}`, { cause })
  })
  const pdfs = names.filter((name) => /\.pdf$/i.test(name)).sort()
  if (pdfs.length === 0) throw new UsageError(`there is no PDF in ${folder}`)
  return Promise.all(
    pdfs.map(async (name) => ({ name, content: new Uint8Array(await readFile(join(folder, name))) })),
  )
}
