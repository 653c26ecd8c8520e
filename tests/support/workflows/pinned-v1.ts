import { pinned } from "./pinned.ts";

export const pinnedV1 = pinned("1.0.0", "end_of_v1");
