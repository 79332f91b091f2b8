/**
 * Resolves with the first SIGINT or SIGTERM. The second one ends the process at once, for whoever does not want to
 * wait for running requests.
 */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isStopping = false
    const stop = (signal: NodeJS.Signals) => {
      // 128 + the number of SIGINT, as shells expect of what was interrupted.
      if (isStopping) process.exit(130)
      isStopping = true
      resolve(signal)
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}
