import type { Mutation } from './mutation.ts'

const open = 'src/cli/open-connection.ts'
const tests = ['test/isolation/command-line.test.ts']

/** The same walls over the command line. */
export const commands: Mutation[] = [
  {
    guard: 'A foreign space is told of like nobody’s over the command line too',
    statement: 'I12',
    file: 'src/features/tenancy/queries.ts',
    find: 'if (!row) throw spaceNotFound()',
    replace: 'if (!row) throw spaceNotFound(`No ${ref?.value.slice(-4)} here.`)',
    tests,
  },
  {
    guard: 'A given key is used, and not one that lies in the data directory',
    statement: 'I12',
    file: open,
    find: 'options.key ?? config.key ?? (await readKeyFile(config, parseAddress(url), owner))',
    replace:
      "(await readKeyFile(config, parseAddress(url), owner).catch(() => undefined)) ?? options.key ?? config.key ?? ''",
    tests,
  },
  {
    guard: 'The key files of a data directory are sent to this machine alone',
    statement: 'I12',
    file: open,
    find: '/^127\\.\\d+\\.\\d+\\.\\d+$/',
    replace: '/^127\\.\\d+\\.\\d+\\.\\d+/',
    tests: ['src/cli/open-connection.test.ts'],
  },
]
