/** Everything that a file of the check is called, from its name. */
export function labelsOf({ name }: { name: string }): { externalId: string; team: string } {
  const stem = name.replace(/\.md$/, '')
  return { externalId: `${stem}-external`, team: `${stem}-team` }
}
