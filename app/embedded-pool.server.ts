/**
 * PGlite as a pool of one connection, over PostgreSQL's own protocol: the driver that speaks to a server speaks to it too.
 * Every statement is prepared once and then only run, which halves its time here; no other process can change the tables
 * under it.
 */
import type { PGlite } from "@electric-sql/pglite";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import pg from "pg";

/** Statements with lists of many lengths are many; those beyond are not prepared. */
const PREPARED_MAX = 1_000;

export function embeddedPool(pglite: PGlite): pg.Pool {
  const names = new Map<string, string>();

  function nameOf(text: string): string | undefined {
    const known = names.get(text);
    if (known || names.size >= PREPARED_MAX) return known;
    const name = `s${names.size}`;
    names.set(text, name);
    return name;
  }

  class PreparingClient extends pg.Client {
    // biome-ignore lint/suspicious/noExplicitAny: pg overloads it in a dozen ways.
    override query(config: any, ...rest: any[]): any {
      if (typeof config !== "object" || typeof config.text !== "string" || !config.values)
        return super.query(config, ...(rest as []));
      // PGlite's connection takes the parsers of a result for the types of the parameters, of which there are none.
      const types = Object.assign([], config.types);
      return super.query({ ...config, types, name: nameOf(config.text) }, ...(rest as []));
    }
  }
  return new OneClientPool({
    ...createPgConfig(inOneGo(pglite)),
    max: 1,
    idleTimeoutMillis: 0,
    Client: PreparingClient,
  });
}

/** A statement is five messages, of which the first four (parse, bind, describe, execute) ask for no answer. */
const ASKS_FOR_NOTHING = new Set(["P", "B", "D", "E"].map((letter) => letter.charCodeAt(0)));

/** What asks for no answer is sent with what does: one call into PGlite instead of five. */
function inOneGo(pglite: PGlite): PGlite {
  let held: Uint8Array[] = [];
  const execProtocolStream: PGlite["execProtocolStream"] = async (message, options) => {
    held.push(message);
    if (ASKS_FOR_NOTHING.has(message[0] ?? 0)) return [];
    const all = Buffer.concat(held);
    held = [];
    return pglite.execProtocolStream(all, options);
  };
  return Object.assign(Object.create(pglite), { execProtocolStream });
}

/** pg takes a new client after a statement that failed; here it would read what was still to come for the one before. */
class OneClientPool extends pg.Pool {
  // biome-ignore lint/suspicious/noExplicitAny: pg overloads it in a dozen ways.
  override async query(...args: any[]): Promise<any> {
    const client = await this.connect();
    try {
      return await client.query(...(args as [string]));
    } finally {
      client.release();
    }
  }
}
