import { expect, test } from 'vitest'
import { openLedger } from './ledger.ts'

const entry = { claim: 'refused', held: true, tookMs: 2, detail: 'a question' }

test('one trial that did not hold fails the demo and is named', () => {
  const ledger = openLedger()
  ledger.enter(entry)
  expect(() => ledger.refuseFailures()).not.toThrow()
  ledger.enter({ ...entry, held: false, detail: 'the other question' })
  expect(() => ledger.refuseFailures()).toThrow('1 of 2 trials did not hold')
})

test('a demo that tried nothing has shown nothing', () => {
  expect(() => openLedger().refuseFailures()).toThrow('tried nothing')
})
