/**
 * In an input it makes it too long for an idle worker to be told of it with the start: the first step then comes
 * over the queue and is claimed, as it does while no worker is idle.
 */
export const TOO_LONG_TO_TELL = { remark: "x".repeat(8_000) } as const;
