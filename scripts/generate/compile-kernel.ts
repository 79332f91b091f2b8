import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import openAssembler from 'wabt'

const room = 'src/features/search/vectors'
const source = 'dot-products.wat'

/** The search kernel, assembled from its text, by path. */
export async function compileKernel(): Promise<Record<string, string>> {
  const text = await readFile(join(import.meta.dirname, '../..', room, source), 'utf8')
  const assembler = await openAssembler()
  const module = assembler.parseWat(source, text, { simd: true })
  try {
    module.validate()
    const { buffer } = module.toBinary({})
    return { [`${room}/dot-products.generated.ts`]: render(Buffer.from(buffer)) }
  } finally {
    module.destroy()
  }
}

function render(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,100}/g) ?? []
  return `// Made by \`npm run generate\` from ${source}.\n
/** WebAssembly of ${bytes.length} bytes, in base64. */
export const dotProductsWasm =
${lines.map((line) => `  '${line}'`).join(' +\n')}
`
}
