import { noReranker, type Rerankers } from '#adapters/rerank/port.ts'

const noRerankers: Rerankers = { all: [], defaultName: noReranker, named: () => undefined }
const always = '01890a5d-ac96-774b-bcce-b302099a8057'

/** For searches whose answers are compared byte by byte: nothing reranks or records them, and all have one id. */
export const unrecorded = {
  rerankers: noRerankers,
  ids: { uuid: () => always },
  recorder: { record: () => {} },
  recordRead: () => Promise.resolve(),
}
