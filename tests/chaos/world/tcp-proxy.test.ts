import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { TcpProxy } from "./tcp-proxy.ts";

/** A server that says everything back. */
const echo = createServer((socket) => {
  socket.on("error", () => {});
  socket.pipe(socket);
});
let proxy: TcpProxy;

beforeEach(async () => {
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const address = echo.address();
  proxy = await TcpProxy.to(typeof address === "object" ? (address?.port ?? 0) : 0);
});
afterEach(async () => {
  await proxy.close();
  echo.close();
});

/** A connection through the proxy that has been heard at the other end. */
async function connected(): Promise<{ socket: Socket; heard: () => string }> {
  const socket = connect(proxy.port, "127.0.0.1");
  socket.on("error", () => {});
  let heard = "";
  socket.setEncoding("utf8").on("data", (text: string) => (heard += text));
  socket.write("a");
  await eventually("the echo is there", () => heard === "a");
  return { socket, heard: () => heard };
}

test("given a silent proxy, then nothing gets through, and all of it in order when it speaks again", async () => {
  const { socket, heard } = await connected();
  proxy.silence();
  socket.write("b");
  const late = connect(proxy.port, "127.0.0.1");
  let answer = "";
  late.setEncoding("utf8").on("data", (text: string) => (answer += text));
  late.write("x");
  // Another way to the same server shows that time enough has passed.
  const beside = await TcpProxy.to(Number(Object(echo.address()).port));
  const direct = connect(beside.port, "127.0.0.1");
  direct.write("y");
  await once(direct, "data");
  expect([heard(), answer]).toEqual(["a", ""]);

  socket.write("c");
  proxy.speak();
  await eventually("what was held back is there", () => heard() === "abc" && answer === "x");
  direct.destroy();
  late.destroy();
  await beside.close();
});

test("given a cut, then connections end, and new ones are taken", async () => {
  const { socket } = await connected();
  expect(proxy.cut()).toBe(1);
  await eventually("the connection has ended", () => socket.destroyed);
  await connected();
});
