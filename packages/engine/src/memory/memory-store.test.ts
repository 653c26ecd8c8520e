import { memoryUnderTest } from "../testing/memory-under-test.ts";
import { storeContract } from "../testing/store-contract/index.ts";

storeContract("the store in memory", async () => memoryUnderTest());
