import { mutations } from '../../test/mutation/all.ts'
import { type Layer, layers, statements } from '../../test/mutation/mutation.ts'
import { code, page, table } from './markdown.ts'

/** Which guards `npm run test:mutation` breaks. */
export function generateMutations(): string {
  const sections = (Object.keys(layers) as Layer[]).map((layer) =>
    [
      `## ${layers[layer]}`,
      table(
        ['Guard', 'Statement', 'Where it stands', 'Who has to notice'],
        mutations
          .filter((mutation) => mutation.layer === layer)
          .map(({ guard, statement, file, tests }) => [
            guard,
            statement,
            code(file),
            tests.map(code).join(', '),
          ]),
      ),
    ].join('\n\n'),
  )
  return page(
    'Guards and the tests that notice their loss',
    'test/mutation',
    `\`npm run test:mutation\` breaks each of these ${mutations.length} guards on purpose, one at a time in a copy of the repository, and fails when the tests beside it stay green. A guard that the start refuses to do without has to be noticed by the tests as well, with that refusal out of the way.`,
    table(['Statement', 'What it says'], Object.entries(statements)),
    ...sections,
  )
}
