import { readdir, readFile } from 'node:fs/promises'

export type Memory = { serverBytes: number; withChildrenBytes: number }

/** Resident memory of a process, alone and with the processes it started. Undefined where there is no `/proc`. */
export async function readMemory(pid: number): Promise<Memory | undefined> {
  const serverBytes = await residentBytes(pid)
  if (serverBytes === undefined) return undefined
  let withChildrenBytes = serverBytes
  for (const child of await descendantsOf(pid)) withChildrenBytes += (await residentBytes(child)) ?? 0
  return { serverBytes, withChildrenBytes }
}

/** The processes that a process started, and those that they started. None where there is no `/proc`. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const names = await readdir('/proc').catch(() => [])
  const parents = new Map<number, number>()
  for (const name of names.filter((one) => /^\d+$/.test(one))) {
    const parent = Number((await readStatus(name))?.match(/^PPid:\s+(\d+)/m)?.[1])
    if (parent > 0) parents.set(Number(name), parent)
  }
  const found: number[] = []
  for (let of = [pid]; of.length > 0; found.push(...of)) {
    const generation = new Set(of)
    of = [...parents].flatMap(([child, parent]) => (generation.has(parent) ? [child] : []))
  }
  return found
}

async function residentBytes(pid: number): Promise<number | undefined> {
  const kib = (await readStatus(String(pid)))?.match(/^VmRSS:\s+(\d+) kB/m)?.[1]
  return kib === undefined ? undefined : Number(kib) * 1024
}

function readStatus(pid: string): Promise<string | undefined> {
  return readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined)
}
