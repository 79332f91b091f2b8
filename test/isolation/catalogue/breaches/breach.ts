/**
 * Ways to break what keeps tenants apart, each with everything that has to be found then and nothing else: the
 * beginnings of the lines `<statement> <object> <problem>` as regular expressions. `$login` is the serving login.
 */
export type Breach = { what: string; change: string; findings: string[]; only?: 'embedded' | 'server' }
