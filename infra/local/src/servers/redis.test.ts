import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "../testing/program-under-test.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { testRedisProgram } from "../testing/test-redis-program.ts";
import { answersPong, askRedis } from "./redis-connection.ts";
import { startRedis } from "./redis.ts";

const program = await testRedisProgram();

test("given a folder, when started, then it appends to a file, evicts nothing and listens here only", async () => {
  using folder = temporaryFolder();
  const server = await startRedis({ program, directory: folder.path });
  const setting = async (name: string) => {
    const reply = await askRedis(server.url, ["CONFIG", "GET", name]);
    return Array.isArray(reply) ? reply[1] : reply;
  };
  expect(await setting("appendonly")).toBe("yes");
  expect(await setting("appendfsync")).toBe("everysec");
  expect(await setting("save")).toBe("");
  expect(await setting("maxmemory-policy")).toBe("noeviction");
  expect(await setting("hz")).toBe("50");
  expect(await setting("bind")).toBe("127.0.0.1");
  await server.stop();
  expect(await answersPong(server.url)).toBe(false);
});

test("given a value, when stopped and started, then the value is still there", async () => {
  using folder = temporaryFolder();
  const first = await startRedis({ program, directory: folder.path });
  await askRedis(first.url, ["SET", "key", "grün"]);
  await first.stop();
  const second = await startRedis({ program, directory: folder.path });
  expect(second.adopted).toBe(false);
  expect(await askRedis(second.url, ["GET", "key"])).toBe("grün");
  await second.stop();
});

test("given a wrong password, when asked, then the server's words come through", async () => {
  using folder = temporaryFolder();
  const server = await startRedis({ program, directory: folder.path });
  const url = new URL(server.url);
  url.password = "";
  await expect(askRedis(url.href, ["PING"])).rejects.toThrow(/^NOAUTH/);
  url.password = "wrong";
  await expect(askRedis(url.href, ["PING"])).rejects.toThrow(/^WRONGPASS/);
  await server.kill();
});

test("given a server whose starter was killed, when started again, then it is adopted", async () => {
  using folder = temporaryFolder();
  const script = path.join(folder.path, "starter.ts");
  const module = path.join(import.meta.dirname, "redis.ts");
  writeFileSync(
    script,
    `const { startRedis } = await import(${JSON.stringify(module)});
     const { url } = await startRedis(${JSON.stringify({ program, directory: folder.path })});
     console.log("url", url);
     setInterval(() => {}, 1000);`,
  );
  const starter = runProgram(script);
  const url = (await starter.untilLine(/^url /)).slice(4);
  starter.signal("SIGKILL");
  await starter.exited;
  const adopted = await startRedis({ program, directory: folder.path });
  expect(adopted).toMatchObject({ url, adopted: true });
  await adopted.stop();
  expect(await answersPong(url)).toBe(false);
});

test("given a program that is no Redis, when started, then the line names it", async () => {
  using folder = temporaryFolder();
  const start = startRedis({ program: { path: "/bin/false" }, directory: folder.path });
  await expect(start).rejects.toThrow("/bin/false did not start");
});
