/** Why a transaction changes something and has nothing to tell. Closed and reviewed, like the reasons of `db.system`. */
const unrecordedReasons = {
  derived:
    'What it writes is made from content that is there, and can be made again: chunks, index blocks, vectors.',
  progress: 'It queues a job, or says how far one is: what comes of it is told when it has come.',
  kept: 'It keeps for a while what was answered already: the answers of requests, counts of searches.',
  unchanged: 'It locks what it looks at, and leaves it as it was.',
  sealing: 'It seals what is there with another key, which the event that began it tells.',
  tidying: 'It removes what an event has told the end of, or what its own time has ended.',
} as const satisfies Record<string, string>

export type UnrecordedReason = keyof typeof unrecordedReasons
