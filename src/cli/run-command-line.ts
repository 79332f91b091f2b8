import { openOutput } from './output.ts'
import { buildProgram } from './program.ts'
import { reportFailure } from './report-failure.ts'

/**
 * Runs one command. The exit code is set rather than exited with: output into a pipe would be cut off.
 * @param argv as `process.argv`: the command begins at its third element
 */
export async function runCommandLine(argv: string[]): Promise<void> {
  const program = buildProgram()
  try {
    await program.parseAsync(argv)
  } catch (error) {
    process.exitCode = reportFailure(error, openOutput(program.opts<{ json?: boolean }>().json))
  }
}
