import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { buildProgram } from './program.ts'

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)]
}

test('every command, argument and option says what it is, so that the reference has no gaps', () => {
  const silent = allCommands(buildProgram()).flatMap((command) => [
    ...(command.description() === '' ? [command.name()] : []),
    ...command.options.filter((option) => option.description === '').map((option) => option.flags),
    ...command.registeredArguments.filter((argument) => argument.description === '').map((a) => a.name()),
  ])
  expect(silent).toEqual([])
})

test('no command ends the process by itself: a wrong option of the innermost one comes back as an error', async () => {
  const program = buildProgram()
  for (const command of allCommands(program)) command.configureOutput({ writeErr: () => {} })
  const leaves = allCommands(program).filter((command) => command.commands.length === 0)
  expect(leaves.length).toBeGreaterThan(15)
  for (const leaf of leaves) {
    const path = leaf.parent === program ? [leaf.name()] : [leaf.parent?.name() ?? '', leaf.name()]
    await expect(program.parseAsync([...path, '--nonsense'], { from: 'user' })).rejects.toMatchObject({
      // Or the first one that is missing.
      code: expect.stringMatching(/^commander\.(unknownOption|missingMandatoryOptionValue)$/),
    })
  }
})
