import fs from 'node:fs'

type Answer = (error: Error | null, path?: string) => void

/**
 * Answers for the real path of the scratch directory, which the parent has resolved: Node's own answer looks at every
 * directory above, and this process may not. The workbook reader asks, to put sheets aside that stand before their texts.
 */
export function resolveScratch(scratch: string): void {
  const { realpath } = fs
  Reflect.set(fs, 'realpath', (path: string, ...rest: [Answer] | [object, Answer]) => {
    const answer = rest.length === 1 ? rest[0] : rest[1]
    if (path === scratch) answer(null, path)
    else realpath(path, answer)
  })
}
