import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mutations } from '../../test/mutation/all.ts'
import { editText } from '../mutation/edit-text.ts'
import { type Finding, root } from './run-tool.ts'

/** A guard that was rewritten takes its mutation along; otherwise nobody knows any more that its loss is noticed. */
export async function findStaleMutations(): Promise<Finding> {
  const edits = mutations.flatMap((mutation) => [
    mutation,
    ...(mutation.alone ?? []),
    ...(mutation.atStart?.without ?? []),
  ])
  const stale: string[] = []
  for (const edit of edits) {
    const text = await readFile(join(root, edit.file), 'utf8').catch(() => '')
    try {
      editText(text, edit)
    } catch (error) {
      stale.push(String(error))
    }
  }
  for (const test of new Set(mutations.flatMap(({ tests }) => tests))) {
    if (!existsSync(join(root, test))) stale.push(`${test} is not there`)
  }
  return { ok: stale.length === 0, output: [...new Set(stale)].join('\n') }
}
