import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { assertPortFree, freePort } from "./ports.ts";

test("given a free port, when asked, then it is free and can be bound afterwards", async () => {
  const port = await freePort();
  await assertPortFree("127.0.0.1", port);
  await assertPortFree("127.0.0.1", port);
});

test("given a busy port, when asked, then the line says what to do", async () => {
  const port = await freePort();
  const other = createServer().listen(port, "127.0.0.1");
  await once(other, "listening");
  await expect(assertPortFree("127.0.0.1", port)).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is busy: stop the other program or set PORT`,
  );
  other.close();
});

test("given a host of another machine, when asked, then the line names HOST", async () => {
  // 192.0.2.0/24 is reserved for documentation: no machine has it.
  await expect(assertPortFree("192.0.2.1", 3000)).rejects.toThrow('HOST is "192.0.2.1"');
});
