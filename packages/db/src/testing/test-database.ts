import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { migrate } from "../migrate.ts";

/** A migrated database of a test's own; cloning one takes some 30 ms, migrating a fresh one more. */
export interface TestDatabase {
  readonly url: string;
  /** Ends whatever is still connected and removes the database. */
  drop(): Promise<void>;
}

const TEMPLATE = "drover_test_template";

/** Any number that all tests share: one of them makes the template, the others wait for it. */
const TEMPLATE_LOCK = 7_146_003;

/** @param serverUrl any database of a server on which databases may be created */
export async function createTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `drover_test_${randomUUID().replaceAll("-", "")}`;
  const server = postgres(serverUrl, { max: 1, onnotice: () => {} });
  try {
    await server`select pg_advisory_lock(${TEMPLATE_LOCK}::int)`;
    const [template] = await server`select 1 from pg_database where datname = ${TEMPLATE}`;
    if (template === undefined) {
      await server.unsafe(`create database ${TEMPLATE}`);
      await migrate(databaseUrl(serverUrl, TEMPLATE));
    }
    // Cloning needs the template to be at rest, so clones are made one after the other.
    await server.unsafe(`create database ${name} template ${TEMPLATE}`);
  } finally {
    await server.end();
  }
  return { url: databaseUrl(serverUrl, name), drop: () => drop(serverUrl, name) };
}

async function drop(serverUrl: string, name: string): Promise<void> {
  const server = postgres(serverUrl, { max: 1, onnotice: () => {} });
  try {
    await server.unsafe(`drop database if exists ${name} with (force)`);
  } finally {
    await server.end();
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
