import { randomUUID } from "node:crypto";
import postgres from "postgres";

/** A database of one subject and round. */
export interface OwnDatabase {
  readonly url: string;
  /** Ends whatever is still connected and removes it. */
  drop(): Promise<void>;
}

/**
 * @param serverUrl any database of the server
 * @param template the database that it begins as, which nobody is connected to; empty unless given
 */
export async function createDatabase(serverUrl: string, template?: string): Promise<OwnDatabase> {
  const name = `bench_${randomUUID().replaceAll("-", "")}`;
  // Copied as files: through the log, millions of rows would be written twice.
  const copy = template === undefined ? "" : `template ${template} strategy file_copy`;
  await onServer(serverUrl, `create database ${name} ${copy}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => onServer(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

/** Writes out what is in memory alone, so that no measure pays for the one before. */
export async function checkpoint(serverUrl: string): Promise<void> {
  await onServer(serverUrl, "checkpoint");
}

async function onServer(serverUrl: string, statement: string): Promise<void> {
  const server = postgres(serverUrl, { max: 1, onnotice: () => {} });
  try {
    await server.unsafe(statement);
  } finally {
    await server.end();
  }
}
