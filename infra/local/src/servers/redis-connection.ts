import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectEncrypted } from "node:tls";

export type RedisReply = string | number | null | readonly RedisReply[];

/** The server answered with an error, such as `LOADING` or `NOAUTH`; the message is what it said. */
class RedisReplyError extends Error {
  override readonly name = "RedisReplyError";
  readonly code = "redis_reply";
}

/**
 * Sends one command over a connection of its own and returns the answer. Just enough of the protocol to look after a
 * server; work goes through the queue's own client.
 *
 * @param url redis:// or rediss://, with user and password when the server wants them
 * @param withinMs for connecting and answering together
 * @throws RedisReplyError, or the network's error.
 */
export function askRedis(
  url: string,
  command: readonly string[],
  withinMs = 2000,
): Promise<RedisReply> {
  const { hostname, port, username, password, protocol } = new URL(url);
  const commands = password === "" ? [command] : [authentication(username, password), command];
  const target = { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port || 6379) };

  return new Promise((resolve, reject) => {
    const socket: Socket =
      protocol === "rediss:"
        ? connectEncrypted({ ...target, servername: target.host })
        : connectPlain(target);
    const clock = setTimeout(
      () => socket.destroy(new Error(`no answer within ${withinMs / 1000} s`)),
      withinMs,
    );
    let received = "";
    socket.setEncoding("latin1");
    socket.write(commands.map(encode).join(""));
    socket.on("data", (text: string) => {
      received += text;
      const replies = parseAll(received);
      const failed = replies.find((reply) => reply instanceof RedisReplyError);
      if (failed === undefined && replies.length < commands.length) return;
      socket.destroy(failed);
      const answer = replies.at(-1);
      if (answer !== undefined && !(answer instanceof RedisReplyError)) resolve(answer);
    });
    socket.once("error", reject);
    socket.once("close", () => {
      clearTimeout(clock);
      reject(new Error("the connection was closed without an answer"));
    });
  });
}

/** Whether the server answers PONG: one that is still reading its file accepts connections but does not. */
export async function answersPong(url: string, withinMs?: number): Promise<boolean> {
  try {
    return (await askRedis(url, ["PING"], withinMs)) === "PONG";
  } catch {
    // Whoever needs the reason asks PING themselves.
    return false;
  }
}

function authentication(username: string, password: string): string[] {
  const user = username === "" ? [] : [decodeURIComponent(username)];
  return ["AUTH", ...user, decodeURIComponent(password)];
}

function encode(command: readonly string[]): string {
  const words = command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${command.length}\r\n${words.join("")}`;
}

type Parsed = { readonly reply: RedisReply | RedisReplyError; readonly next: number } | undefined;

/** All replies that have arrived in full. `text` is one character per byte. */
function parseAll(text: string): (RedisReply | RedisReplyError)[] {
  const replies = [];
  for (let parsed = parse(text, 0); parsed !== undefined; parsed = parse(text, parsed.next))
    replies.push(parsed.reply);
  return replies;
}

function parse(text: string, from: number): Parsed {
  const end = text.indexOf("\r\n", from);
  if (end === -1) return undefined;
  const line = text.slice(from + 1, end);
  const next = end + 2;
  switch (text.charAt(from)) {
    case "+":
      return { reply: line, next };
    case "-":
      return { reply: new RedisReplyError(line), next };
    case ":":
      return { reply: Number(line), next };
    case "$":
      return parseBulk(text, next, Number(line));
    case "*":
      return parseArray(text, next, Number(line));
    default:
      return { reply: new RedisReplyError("this is not a Redis server"), next };
  }
}

function parseBulk(text: string, from: number, length: number): Parsed {
  if (length === -1) return { reply: null, next: from };
  const next = from + length + 2;
  if (text.length < next) return undefined;
  return { reply: Buffer.from(text.slice(from, from + length), "latin1").toString(), next };
}

function parseArray(text: string, from: number, length: number): Parsed {
  const items: RedisReply[] = [];
  let next = from;
  for (let index = 0; index < length; index += 1) {
    const parsed = parse(text, next);
    if (parsed === undefined || parsed.reply instanceof RedisReplyError) return parsed;
    items.push(parsed.reply);
    next = parsed.next;
  }
  return { reply: items, next };
}
