export { auditRoutes } from './audit/routes.ts'
export { digestRoutes } from './digest/routes.ts'
export type { SearchInsight } from './digest/read-digest.ts'
export { exportFormat } from './audit/export.ts'
export { startPruning } from './audit/start-pruning.ts'
export { type Consumer } from './consumers.ts'
export { createDispatcher } from './dispatcher.ts'
export { createFeed, type Feed } from './feed.ts'
export { createLaterRecorder, type LaterRecorder } from './record-later.ts'
export { type RecordRead, recordReads } from './record-reads.ts'
export { recordRefusals } from './record-refusals.ts'
export { createSequencer, type Sequencer } from './sequence.ts'
export { makerFor } from './may-name.ts'
export { presentEvent } from './present.ts'
export {
  countMatching,
  endOfEvents,
  lastEnded,
  type EventFilter,
  listEvents,
  listMoments,
  type Moment,
  readFirstSince,
  readNewest,
} from './queries.ts'
export { readTypes } from './read-types.ts'
export { eventRoutes } from './routes.ts'
