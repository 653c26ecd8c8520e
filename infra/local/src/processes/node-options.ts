/**
 * How Node uses memory in Drover's processes: young objects get little room, and the heap grows in
 * small steps towards a gigabyte. Under load that halves what a process holds, and costs no pace
 * (docs/performance.md). `NODE_OPTIONS` counts instead where it is set.
 */
export const NODE_OPTIONS = "--max-semi-space-size=16 --max-old-space-size=1024";
