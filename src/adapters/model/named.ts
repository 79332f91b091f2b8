/** Models of one kind, each under the name that it is chosen by. */
export type Named<Model> = {
  all: readonly Model[]
  /** Of tenants that chose none; `none` for none at all. */
  defaultName: string
  named: (name: string) => Model | undefined
}

/** To be looked up by name. */
export function byName<Model extends { name: string }>(
  all: readonly Model[],
  defaultName: string,
): Named<Model> {
  return { all, defaultName, named: (name) => all.find((one) => one.name === name) }
}
