import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

/**
 * Takes the network away from JavaScript in this process, before a parser loads: no document may make the server
 * fetch anything. Node's permission model covers files, processes and threads, the network only from version 25 on.
 */
export function refuseNetwork(): void {
  Reflect.set(net.Socket.prototype, 'connect', refuse)
  Reflect.set(net.Server.prototype, 'listen', refuse)
  for (const method of ['send', 'connect', 'bind']) Reflect.set(dgram.Socket.prototype, method, refuse)
  for (const module of [dns, dns.promises]) refuseFunctions(module)
  syncBuiltinESMExports()
}

function refuseFunctions(module: object): void {
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === 'function') Reflect.set(module, name, refuse)
  }
}

function refuse(): never {
  throw new Error('A document may not use the network.')
}
