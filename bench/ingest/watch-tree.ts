import { readMemory } from '../server/read-memory.ts'

const intervalMs = 200

/** Follows a process with those it starts; tells the most memory that it held, and that all held together, in MB. Linux only. */
export function watchTree(pid: number): () => Promise<{ serverMb: number; allMb: number }> {
  let [serverMb, allMb] = [0, 0]
  const look = async () => {
    const memory = await readMemory(pid)
    serverMb = Math.max(serverMb, (memory?.serverBytes ?? 0) / 1e6)
    allMb = Math.max(allMb, (memory?.withChildrenBytes ?? 0) / 1e6)
  }
  const timer = setInterval(() => void look(), intervalMs)
  return async () => {
    clearInterval(timer)
    await look()
    return { serverMb, allMb }
  }
}
