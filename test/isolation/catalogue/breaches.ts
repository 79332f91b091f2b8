import { keys } from './breaches/keys.ts'
import { passages } from './breaches/passages.ts'
import { policies } from './breaches/policies.ts'
import { rights } from './breaches/rights.ts'
import { roles } from './breaches/roles.ts'
import { tables } from './breaches/tables.ts'

/** Every way to break what keeps tenants apart, by what is broken. */
export const breaches = [...tables, ...policies, ...roles, ...rights, ...keys, ...passages]
