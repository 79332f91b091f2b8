/** What is told only to whoever names it: what changes nothing. */
export const readingsAndRefusals: readonly string[] = [
  'answer.created',
  'answer.refused',
  'file.downloaded',
  'file.viewed',
  'request.refused',
  'search.clicked',
  'search.performed',
]
