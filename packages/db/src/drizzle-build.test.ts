import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// Its other build is a few hundred modules in circles. Linking them cost each process 150 MB of memory
// and half a second (docs/adr/0020-what-a-process-weighs.md).
test.each(["drizzle-orm", "drizzle-orm/pg-core", "drizzle-orm/postgres-js"])(
  "when %s is imported, then its CommonJS build is loaded",
  (name) => {
    expect(fileURLToPath(import.meta.resolve(name))).toMatch(/\.cjs$/);
  },
);
