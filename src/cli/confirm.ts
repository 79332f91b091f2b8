import { createInterface } from 'node:readline/promises'
import { CommandFailure } from './failure.ts'
import type { Output } from './output.ts'

/**
 * Has somebody repeat a name before what cannot be undone.
 * @throws CommandFailure when nobody is there, or says another name
 */
export async function confirm(output: Output, question: string, name: string): Promise<void> {
  if (!output.isTerminal) {
    throw new CommandFailure('usage', 'This cannot be undone, and nobody is here to confirm it.', {
      advice: 'Give --yes.',
    })
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await prompt.question(question)
    if (answer.trim() !== name) throw new CommandFailure('usage', 'That is another name: nothing was done.')
  } finally {
    prompt.close()
  }
}
