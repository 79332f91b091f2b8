import type { Scope, Unminted } from './scope.ts'

const genuine = new WeakSet<object>()

/**
 * Makes a scope. Lint lets only `features/access` and `jobs` import this file: everybody else is handed a scope
 * and cannot make, copy or change one.
 */
export function mintScope<S extends Scope>(fields: Unminted<S>): S {
  const scope = Object.freeze({ ...fields })
  genuine.add(scope)
  return scope as S
}

/** Refuses what was not minted: a cast or a spread copy of a scope opens nothing. */
export function assertMinted(scope: Scope): void {
  if (!genuine.has(scope)) throw new TypeError('not a minted scope')
}
