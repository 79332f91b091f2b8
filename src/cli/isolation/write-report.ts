import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatHtml, type Report } from '#isolation/index.ts'

/** The same report twice: for programs and for people. */
export async function writeReport(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'isolation-report.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  await writeFile(join(folder, 'isolation-report.html'), formatHtml(report))
}
