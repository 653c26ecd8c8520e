/** Does something with each of many, a number of them at a time, in their order. */
export async function eachAtMost<Item>(
  items: readonly Item[],
  atOnce: number,
  run: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  // Shared: each lane takes what comes next.
  const left = items.entries();
  const lane = async () => {
    for (const [index, item] of left) await run(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
}
