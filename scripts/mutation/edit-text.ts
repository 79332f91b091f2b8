import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Edit } from '../../test/mutation/mutation.ts'

/** @throws Error when the text to replace is gone, or is there more than once and nobody knows which is meant */
export function editText(text: string, { file, find, replace }: Edit): string {
  const places = text.split(find).length - 1
  if (places !== 1) {
    const found = places === 0 ? 'is no longer there' : `is there ${places} times`
    throw new Error(`${file}: ${JSON.stringify(find)} ${found}`)
  }
  if (find === replace) throw new Error(`${file}: ${JSON.stringify(find)} is replaced by itself`)
  return text.replace(find, () => replace)
}

/** Makes the edits in a copy of the repository for as long as `work` takes. */
export async function whileEdited<T>(tree: string, edits: Edit[], work: () => Promise<T>): Promise<T> {
  const files = new Map<string, { before: string; after: string }>()
  for (const edit of edits) {
    const before = files.get(edit.file)?.before ?? (await readFile(join(tree, edit.file), 'utf8'))
    files.set(edit.file, { before, after: editText(files.get(edit.file)?.after ?? before, edit) })
  }
  try {
    for (const [file, { after }] of files) await writeFile(join(tree, file), after)
    return await work()
  } finally {
    for (const [file, { before }] of files) await writeFile(join(tree, file), before)
  }
}
