import { registerHooks } from 'node:module'

/** Loaded into a server that records nothing: one of its modules is replaced, everything else is the code that serves requests. */
const real = new URL('../../src/platform/db/recorder.ts', import.meta.url).href
const silent = new URL('silent-recorder.ts', import.meta.url).href

registerHooks({
  resolve(specifier, context, nextResolve) {
    const found = nextResolve(specifier, context)
    return found.url === real ? { ...found, url: silent } : found
  },
})
