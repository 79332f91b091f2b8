/** Park and Miller's generator, so that a run can be repeated (Communications of the ACM 31, 1988). */
export function seeded(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}
