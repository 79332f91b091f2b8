/** Does the work for every item, `lanes` at a time, started in order. After a failure nothing more is started. */
export async function inParallel<Item>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items].reverse()
  const lane = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item)
  }
  try {
    await Promise.all(Array.from({ length: lanes }, lane))
  } finally {
    waiting.length = 0
  }
}
