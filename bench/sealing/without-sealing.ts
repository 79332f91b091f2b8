import { registerHooks } from 'node:module'

/**
 * Loaded into a server that seals nothing: two of its modules are replaced, everything else is the code that serves
 * requests.
 */
const replaced = new Map(
  [
    ['src/app/open-vault.ts', 'open-plain-vault.ts'],
    ['src/adapters/blobs/sealed.ts', 'plain-blobs.ts'],
  ].map(([real = '', plain = '']) => [
    new URL(`../../${real}`, import.meta.url).href,
    new URL(plain, import.meta.url).href,
  ]),
)

registerHooks({
  resolve(specifier, context, nextResolve) {
    const found = nextResolve(specifier, context)
    const plain = replaced.get(found.url)
    // The replacement itself may build upon what it replaces.
    return plain === undefined || context.parentURL === plain ? found : { ...found, url: plain }
  },
})
