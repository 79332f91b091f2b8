export {
  type Chain,
  chainName,
  chainOf,
  type Entry,
  entryOf,
  genesis,
  hashOf,
  platformChain,
} from './chain.ts'
export { commitmentOf, type DetailName, detailNames, type Details, type Json } from './details.ts'
export { changeOf } from './change-of.ts'
export { actorTypes, type NewEvent, type Place, recordOf, subjectTypes } from './event.ts'
export { type EventType, eventTypeNames, eventTypes } from './types.ts'
export { beforeFirst, createVerifier, type Head, type Verifier } from './verify.ts'
