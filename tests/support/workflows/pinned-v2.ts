import { pinned } from "./pinned.ts";

export const pinnedV2 = pinned("2.0.0", "end_of_v2");
