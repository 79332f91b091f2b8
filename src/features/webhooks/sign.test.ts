import { expect, test } from 'vitest'
import { createSecret, headersOf } from './sign.ts'

test('a message is signed as the example of the specification', () => {
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: new Date(1_614_265_330_000),
    body: '{"test": 2432232314}',
  }
  expect(headersOf(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toEqual({
    'content-type': 'application/json',
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('each secret signs for itself, and no two are alike', () => {
  const [one, two] = [createSecret(), createSecret()]
  expect(one).not.toBe(two)
  expect(Buffer.from(one.slice(6), 'base64')).toHaveLength(32)
  const message = { id: 'msg_1', at: new Date(), body: '{}' }
  const signed = (secrets: string[]) => headersOf(message, secrets)['webhook-signature']
  expect(signed([one, two])).toBe(`${signed([one])} ${signed([two])}`)
})
