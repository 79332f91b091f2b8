import { createRequire } from 'node:module'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Flags of Node for a process that reads documents: it can read its own code and its scratch directory, write
 * the latter, start no process and no thread, and make no code from strings. Addons are allowed for the PDF parser;
 * they run outside this model, which is why memory is also watched from the parent.
 */
export function childFlags(scratch: string, maxMemoryMb: number, recognitionData?: string): string[] {
  const data = recognitionData === undefined ? [] : [recognitionData]
  const readable = [codeDirectory, packageFile, modulesDirectory(), scratch, ...data]
  return [
    // The rest of the limit is for what lies outside the JavaScript heap: buffers, the PDF parser, Node itself.
    `--max-old-space-size=${Math.round(maxMemoryMb * 0.6)}`,
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${scratch}`,
    '--allow-addons',
    '--disallow-code-generation-from-strings',
    '--no-warnings',
  ]
}

export const childEntry = fileURLToPath(new URL('../child/read-documents.worker.ts', import.meta.url))

const codeDirectory = fileURLToPath(new URL('..', import.meta.url))
/** Node reads it to learn that the code is made of ES modules. */
const packageFile = fileURLToPath(new URL('../../../../package.json', import.meta.url))

/** The outermost directory of packages, wherever the installer has put them. */
function modulesDirectory(): string {
  const path = createRequire(import.meta.url).resolve('yauzl')
  const name = `${sep}node_modules${sep}`
  return path.slice(0, path.indexOf(name) + name.length)
}
