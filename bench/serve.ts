import { readConfig } from '#config.ts'
import { startApp } from '../src/app.ts'

/**
 * The server as a process of its own, to be measured and killed. Settings come by the environment, the address goes
 * to the parent; without its parent it ends too, so an interrupted measurement leaves nothing running.
 */
const app = await startApp(readConfig())
let closing: Promise<void> | undefined
const stop = () => {
  closing ??= close()
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
process.on('disconnect', stop)
process.send?.({ url: app.url })

async function close() {
  await app.close()
  if (process.connected) process.disconnect()
}
