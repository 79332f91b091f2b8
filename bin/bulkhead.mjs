#!/usr/bin/env node
// Runs the TypeScript source with the Node.js at hand where that one can, else with the pinned one beside it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const main = new URL('../src/main.ts', import.meta.url)
const name = process.platform === 'win32' ? 'node.exe' : 'node'
const pinned = fileURLToPath(new URL(`../node_modules/node/bin/${name}`, import.meta.url))

if (process.features.typescript) await import(main.href)
else if (existsSync(pinned)) runWith(pinned)
else {
  process.stderr.write(`Bulkhead needs Node.js 22.18 or newer; this is ${process.version}.\n`)
  process.exitCode = 2
}

function runWith(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both; a supervisor sends SIGTERM to this process only, so it is passed on.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
