import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { randomIds } from '#platform/ids.ts'
import { type Keyring, KeyNotAdded, type WrappedKey } from './port.ts'

/** What every keyring has to do. `open` opens the same place again, as another process would. */
export function describeKeyring(kind: string, open: () => Promise<Keyring>): void {
  const opened = async () => {
    const keyring = await open()
    await keyring.prepare()
    return keyring
  }
  const using = async (work: (keyring: Keyring, other: Keyring) => Promise<void>) => {
    const [keyring, other] = [await opened(), await opened()]
    try {
      await work(keyring, other)
    } finally {
      await Promise.all([keyring.close(), other.close()])
    }
  }

  describe(`a keyring in a ${kind}`, () => {
    test('gives back what was added, to another process too, in the order of the versions', () =>
      using(async (keyring, other) => {
        const [acme, globex] = [randomIds.uuid(), randomIds.uuid()]
        expect(await keyring.read(acme)).toEqual([])
        const keys = Array.from({ length: 11 }, (_, i) => newKey(i + 1))
        for (const key of keys) await keyring.add(acme, key)
        await keyring.add(globex, newKey(1))
        expect(await other.read(acme)).toEqual(keys)
        expect(await other.tenants()).toEqual(expect.arrayContaining([acme, globex]))
      }))

    test('never overwrites a key, whoever else adds it at the same time', () =>
      using(async (keyring, other) => {
        const acme = randomIds.uuid()
        const keys = Array.from({ length: 8 }, () => newKey(1))
        const outcomes = await Promise.allSettled(
          keys.map((key, i) => (i % 2 ? keyring : other).add(acme, key)),
        )
        const kept = keys.filter((_, i) => outcomes[i]?.status === 'fulfilled')
        expect(await keyring.read(acme)).toEqual(kept)
        expect(kept).toHaveLength(1)
        const refusals = outcomes.flatMap((outcome) => ('reason' in outcome ? [outcome.reason] : []))
        expect(refusals.map((error) => error instanceof KeyNotAdded)).toEqual(Array(7).fill(true))
      }))

    test('gives a destroyed tenant no second life, and touches no neighbour', () =>
      using(async (keyring, other) => {
        const [acme, globex] = [randomIds.uuid(), randomIds.uuid()]
        const kept = newKey(1)
        const first = newKey(1)
        await keyring.add(acme, first)
        await keyring.add(globex, kept)
        await keyring.destroy(acme)
        await keyring.destroy(acme)
        await expect(other.add(acme, newKey(2))).rejects.toThrow(KeyNotAdded)
        await other.rewrap(acme, { ...first, masterId: 'second' }, first.masterId)
        expect(await other.read(acme)).toEqual([])
        expect(await other.tenants()).not.toContain(acme)
        expect(await other.read(globex)).toEqual([kept])
      }))

    test('that is destroyed while keys are added and rewrapped keeps none of them', () =>
      using(async (keyring, other) => {
        for (let round = 0; round < 20; round++) {
          const tenant = randomIds.uuid()
          const first = newKey(1)
          await keyring.add(tenant, first)
          await Promise.allSettled([
            other.add(tenant, newKey(2)),
            other.rewrap(tenant, { ...first, masterId: 'second' }, first.masterId),
            keyring.destroy(tenant),
          ])
          expect(await other.read(tenant)).toEqual([])
        }
      }))

    test('replaces how a key is sealed, only where it is still sealed as before, and counts by master key', () =>
      using(async (keyring, other) => {
        const acme = randomIds.uuid()
        const [from, to] = [randomIds.uuid(), randomIds.uuid()]
        const first = newKey(1, from)
        const second = newKey(2, from)
        for (const key of [first, second]) await keyring.add(acme, key)
        expect((await other.countByMaster()).get(from)).toBe(2)
        const again = { ...first, masterId: to, wrapped: randomBytes(65) }
        await keyring.rewrap(acme, again, from)
        await other.rewrap(acme, { ...first, masterId: to }, from)
        await other.rewrap(acme, newKey(3, to), from)
        expect(await other.read(acme)).toEqual([again, second])
        const counts = await other.countByMaster()
        expect([counts.get(from), counts.get(to)]).toEqual([1, 1])
      }))

    test('removes versions below one and no others', () =>
      using(async (keyring, other) => {
        const acme = randomIds.uuid()
        const keys = [1, 2, 3, 10].map((version) => newKey(version))
        for (const key of keys) await keyring.add(acme, key)
        for (let i = 0; i < 2; i++) await keyring.removeBelow(acme, 3)
        expect(await other.read(acme)).toEqual(keys.slice(2))
        await keyring.removeBelow(randomIds.uuid(), 3)
      }))

    test('can be made ready by several servers at once', async () => {
      const keyrings = await Promise.all(Array.from({ length: 4 }, open))
      await expect(Promise.all(keyrings.map((keyring) => keyring.prepare()))).resolves.toHaveLength(4)
      await Promise.all(keyrings.map((keyring) => keyring.close()))
    })
  })
}

function newKey(version: number, masterId = 'first'): WrappedKey {
  return { version, masterId, wrapped: randomBytes(65), createdAt: new Date() }
}
