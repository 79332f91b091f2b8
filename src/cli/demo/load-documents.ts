import { findSources } from '../ingest/find-sources.ts'
import { ingestFiles } from '../ingest/ingest-files.ts'
import type { Output } from '../output.ts'
import { formatBytes, formatDuration, startProgress } from '../progress.ts'
import type { Customer } from './admit-customer.ts'
import type { Ledger } from './ledger.ts'

/** Uploads the customer's folder and stays until every file can be found. */
export async function loadDocuments(output: Output, ledger: Ledger, customer: Customer): Promise<void> {
  const sources = await findSources([customer.folder])
  const bytesTotal = sources.reduce((sum, source) => sum + source.sizeBytes, 0)
  const progress = startProgress(output, { bytesTotal, filesTotal: sources.length })
  const startedAt = performance.now()
  try {
    await ingestFiles(customer.connection, sources, {
      isWaiting: true,
      place: { folder: undefined, isFlat: false },
      onSent: (bytesSent) => progress.add({ bytesSent }),
      onOutcome: ({ path, status, file_id: fileId, reason }) => {
        progress.add({ filesDone: 1 })
        if (fileId !== undefined) customer.fileIds.set(path, fileId)
        ledger.enter({
          claim: 'files uploaded and read',
          held: status === 'ready',
          tookMs: performance.now() - startedAt,
          detail: `${customer.name}, ${path}: ${reason ?? status}`,
        })
      },
    })
  } finally {
    progress.stop()
  }
  const took = formatDuration(performance.now() - startedAt)
  output.line(
    `  ${sources.length} files, ${formatBytes(bytesTotal)}: uploaded and ready to be searched in ${took}`,
  )
}
