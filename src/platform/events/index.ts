export { type Chain, chainName, type Entry, entryOf, genesis, hashOf, platformChain } from './chain.ts'
export { changeOf } from './change-of.ts'
export {
  actorTypes,
  type Details,
  type Json,
  type NewEvent,
  type Place,
  recordOf,
  subjectTypes,
} from './event.ts'
export { type EventType, eventTypeNames, eventTypes } from './types.ts'
