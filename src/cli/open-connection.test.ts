import { expect, test } from 'vitest'
import { isThisMachine } from './open-connection.ts'

test.each(['localhost', '127.0.0.1', '127.9.9.9', '[::1]'])('the key files may be sent to %s', (host) => {
  expect(isThisMachine(host)).toBe(true)
})

test.each(['example.com', '127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1', '0.0.0.0', ''])(
  'the key files are not sent to "%s"',
  (host) => {
    expect(isThisMachine(host)).toBe(false)
  },
)
