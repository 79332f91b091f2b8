import type { Connection } from '../connection.ts'
import { RefusedRequest } from '../failure.ts'
import { bold, type Output } from '../output.ts'
import type { Customer } from './admit-customer.ts'
import { type Ledger, timed } from './ledger.ts'

/** The owner's marker word on every way to it, once with the owner's key and once with the stranger's. */
export async function tryWall(output: Output, ledger: Ledger, owner: Customer, stranger: Customer) {
  const { marker, marker_file: file } = owner.examples
  const fileId = owner.fileIds.get(file)
  if (fileId === undefined) throw new Error(`${file} was not loaded`)
  output.line(`  ${bold(marker)} stands in one sentence of ${owner.name}, in ${file}.`)
  for (const [customer, isOwner] of [
    [owner, true],
    [stranger, false],
  ] as const) {
    const told: string[] = []
    for (const way of waysTo(marker, fileId)) {
      const [answer, tookMs] = await timed(() => tryWay(customer.connection, way))
      const held = isOwner ? answer.text.includes(way.shows) : isShut(answer, way, [marker, fileId])
      const detail = `${customer.name}, ${way.name}: ${answer.text.slice(0, 200)}`
      ledger.enter({
        claim: isOwner ? 'ways to a marker word open to its owner' : 'the same ways shut to the other',
        held,
        tookMs,
        detail,
      })
      told.push(
        `${way.name}: ${answer.text.includes(way.shows) ? 'found' : answer.isNotFound ? '404' : 'nothing'}`,
      )
    }
    output.line(`    ${customer.name.padEnd(18)} ${told.join(' · ')}`)
  }
}

type Way = {
  name: string
  call: (connection: Connection) => Promise<unknown>
  /** What stands in the answer when the way is open. */
  shows: string
  /** Whether it names the file: then the answer has to be that there is none. */
  isById: boolean
}

function waysTo(marker: string, fileId: string): Way[] {
  const path = `/v1/files/${fileId}`
  const question = `What is ${marker}?`
  return [
    { name: 'search', call: (c) => c.post('/v1/search', { query: marker }), shows: marker, isById: false },
    { name: 'ask', call: (c) => c.post('/v1/ask', { question }), shows: marker, isById: false },
    { name: 'file by its id', call: (c) => c.get(path), shows: fileId, isById: true },
    { name: 'its text', call: (c) => c.get(`${path}/chunks`), shows: marker, isById: true },
  ]
}

type WayAnswer = { text: string; isNotFound: boolean }

async function tryWay(connection: Connection, { call }: Way): Promise<WayAnswer> {
  try {
    return { text: JSON.stringify(await call(connection)), isNotFound: false }
  } catch (error) {
    if (!(error instanceof RefusedRequest)) throw error
    return { text: JSON.stringify(error.problem), isNotFound: error.problem.status === 404 }
  }
}

/** The literal marker, or the file's id, anywhere in an answer would be a breach. */
function isShut({ text, isNotFound }: WayAnswer, { isById }: Way, secrets: string[]): boolean {
  return secrets.every((secret) => !text.includes(secret)) && isNotFound === isById
}
