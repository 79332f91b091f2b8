import { expect, test } from 'vitest'
import { floorOf, holes, holesOf, refuseOldServer } from './server-versions.ts'

test.each([
  [150013, '15.14'],
  [160009, '16.10'],
  [170005, '17.6'],
])('%d has a hole in row security and is refused with the version to upgrade to', (version, floor) => {
  expect(() => refuseOldServer(version)).toThrow(
    new RegExp(`CVE-2025-8713.*Upgrade it to ${floor.replace('.', String.raw`\.`)} or newer`),
  )
})

test.each([150014, 160010, 170006, 180000])('%d may serve, and what it still has is told', (version) => {
  expect(refuseOldServer(version).map(({ cve }) => cve)).toEqual(['CVE-2026-120154'])
})

test.each([150020, 160016, 170012, 180007])('%d has none of the holes', (version) => {
  expect(refuseOldServer(version)).toEqual([])
})

test('the first version of a major one has every hole that was fixed in it', () => {
  expect(holesOf(150000)).toHaveLength(holes.length)
  expect(holesOf(160000).map(({ cve }) => cve)).not.toContain('CVE-2023-2455')
})

test('a version before 15 is refused, one that nobody knew when this was written is not', () => {
  expect(() => refuseOldServer(140025)).toThrow(/PostgreSQL 14\.25 is too old: 15\.14/)
  expect(refuseOldServer(190000)).toEqual([])
  expect(floorOf(19)).toBe(0)
})
