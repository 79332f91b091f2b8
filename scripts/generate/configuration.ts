import { settings } from '#config.ts'
import { code, page, table } from './markdown.ts'

export function generateConfiguration(): string {
  const rows = Object.values(settings).map((setting) => [
    code(setting.env),
    defaultOf(setting),
    setting.doc + ('secret' in setting ? ' Secret.' : ''),
  ])
  return page(
    'Configuration',
    'src/config.ts',
    'Every setting is an environment variable. An unknown `BULKHEAD_*` name or a value that is not valid stops the start with a sentence for each problem.',
    table(['Setting', 'Default', 'Meaning'], rows),
  )
}

/** Where the sentence tells the default, it comes from the machine, and this machine's value would be wrong elsewhere. */
function defaultOf({ default: value, doc }: { default: string | undefined; doc: string }): string {
  if (value === undefined || value === '') return 'not set'
  return doc.includes('Default: ') ? 'from the machine' : code(value)
}
