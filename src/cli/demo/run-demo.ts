import { CommandFailure } from '../failure.ts'
import { bold, faint, type Output } from '../output.ts'
import { formatDuration } from '../progress.ts'
import { untilStopped } from '../until-stopped.ts'
import { admitCustomer, type Customer, exampleFolders } from './admit-customer.ts'
import { askAround } from './ask-around.ts'
import { openLedger } from './ledger.ts'
import { loadDocuments } from './load-documents.ts'
import { openStage, type Stage } from './open-stage.ts'
import { tryWall } from './try-wall.ts'

/**
 * The main job, end to end and over HTTP as a customer would do it. Every claim is checked, not only shown.
 * @throws CommandFailure when one of them did not hold
 */
export async function runDemo(output: Output, isKept: boolean): Promise<void> {
  const stopped = untilStopped()
  const startedAt = performance.now()
  output.line(bold('Two customers of one product on one server, and the wall between them.'))
  output.redraw(faint('Starting a server …'))
  const stage = await openStage()
  output.redraw('')
  try {
    output.line(
      faint(`Server started in ${formatDuration(performance.now() - startedAt)}, on a temporary directory.`),
    )
    await Promise.race([play(output, stage), stopped.then(refuseToGoOn)])
    output.line(faint(`The whole demo took ${formatDuration(performance.now() - startedAt)}.`))
    if (isKept) await lingerAt(output, stage, stopped)
  } finally {
    await stage.close()
  }
  output.line('The temporary directory is gone.')
}

function refuseToGoOn(): never {
  throw new CommandFailure('failedCheck', 'The demo was stopped before its end.')
}

async function play(output: Output, stage: Stage): Promise<void> {
  const ledger = openLedger()
  const customers: Customer[] = []
  for (const folder of exampleFolders) {
    const customer = await admitCustomer(stage, folder)
    output.line(`\n${bold(customer.name)}`)
    await loadDocuments(output, ledger, customer)
    await askAround(output, ledger, customer)
    customers.push(customer)
  }
  output.line(`\n${bold('The wall')}`)
  for (const owner of customers) {
    for (const stranger of customers) {
      if (stranger !== owner) await tryWall(output, ledger, owner, stranger)
    }
  }
  ledger.show(output)
  ledger.refuseFailures()
}

async function lingerAt(output: Output, { url, directory }: Stage, stopped: Promise<NodeJS.Signals>) {
  output.json({ url, docs: `${url}/docs`, key_dir: directory })
  output.line(
    `\nThe server stays up at ${bold(url)} (API: ${url}/docs). Ctrl-C ends it and removes everything.`,
  )
  output.line(`Keys: ${directory}/*.key, one for each customer and one for the platform.`)
  await stopped
}
