export { type Chain, chainName, chainOf, type Entry, entryOf, genesis, hashOf } from './chain.ts'
export {
  type Checkpoint,
  checkpointFormat,
  isSigned,
  signCheckpoint,
  type SigningKey,
  signingKeyOf,
} from './checkpoint.ts'
export { commitmentOf, type DetailName, detailNames, type Details, type Json } from './details.ts'
export { changeOf } from './change-of.ts'
export { actorIdOf, actorTypes, type NewEvent, recordOf, subjectTypes } from './event.ts'
export { type EventType, eventTypeNames, eventTypes } from './types.ts'
export { beforeFirst, createVerifier, type Head, type Verifier } from './verify.ts'
