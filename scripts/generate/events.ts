import { eventTypes } from '#platform/events/index.ts'
import { code, page, table } from './markdown.ts'

/** Every type of event with its meaning, from the list that events are recorded by. */
export function generateEvents(): string {
  return page(
    'Events',
    'src/platform/events/types.ts',
    'What is recorded. How to read it: [events](../guides/events.md), [the audit trail](../guides/audit.md).',
    table(
      ['Type', 'Meaning'],
      Object.entries(eventTypes).map(([type, meaning]) => [code(type), meaning]),
    ),
  )
}
