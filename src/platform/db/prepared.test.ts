import { describe, expect, test } from 'vitest'
import { createNames, nothingPrepared } from './prepared.ts'

const system = 'bulkhead_system'
const times = (count: number, name: () => string | undefined) => Array.from({ length: count }, name)

describe('the name of a statement', () => {
  test('comes with its fifth use, and is of one role', () => {
    const nameOf = createNames()
    const [first, ...rest] = times(7, () => nameOf(system, 'select $1')).reverse()
    expect(first).toBe('bulkhead_1')
    expect(rest).toEqual(['bulkhead_1', 'bulkhead_1', undefined, undefined, undefined, undefined])
    const ofAnother = times(5, () => nameOf('bulkhead_jobs', 'select $1')).at(-1)
    expect(ofAnother).toBe('bulkhead_2')
  })

  test('is not given to statements that are built anew each time, however many there are', () => {
    const nameOf = createNames()
    for (let i = 0; i < 10_000; i++) expect(nameOf(system, `select $1 + ${i}`)).toBeUndefined()
    expect(times(5, () => nameOf(system, 'select $1')).at(-1)).toBe('bulkhead_1')
  })

  test('is given to a hundred statements, and to no more', () => {
    const nameOf = createNames()
    const named = Array.from({ length: 300 }, (_, i) => times(5, () => nameOf(system, `select ${i}`)).at(-1))
    expect(named.filter((name) => name !== undefined)).toHaveLength(100)
    expect(nothingPrepared(system, 'select 0')).toBeUndefined()
  })

  test('is not given to what is asked of a tenant’s content: a plan for the average tenant would serve all', () => {
    const nameOf = createNames()
    for (const role of ['bulkhead_tenant', 'bulkhead_space', 'bulkhead_part', 'bulkhead_eraser'])
      expect(times(9, () => nameOf(role, 'select $1')).at(-1)).toBeUndefined()
  })

  test('is given to rows that are written and not asked for, for each role its own', () => {
    const nameOf = createNames()
    const given = 'insert into "events" ("tenant_id", "id") values ($1, $2)'
    const last = (role: string, text: string) => times(5, () => nameOf(role, text)).at(-1)
    expect(last('bulkhead_tenant', given)).toBe('bulkhead_1')
    expect(last('bulkhead_space', given)).toBe('bulkhead_2')
    const asking = ['returning *', 'on conflict do nothing', 'on conflict do nothing returning "id"']
    for (const more of asking) expect(last('bulkhead_tenant', `${given} ${more}`)).toBeUndefined()
    const chosen = 'insert into "events" ("tenant_id", "id") select "tenant_id", "id" from "files"'
    expect(last('bulkhead_tenant', chosen)).toBeUndefined()
    expect(last('bulkhead_tenant', `${given.slice(0, -1)}, (select 1))`)).toBeUndefined()
  })
})
