/**
 * PGlite as a pool of one connection: the driver that speaks to a server speaks to it too, over PostgreSQL's own protocol
 * and a socket that is only a function call long.
 */
import { Duplex } from "node:stream";
import type { PGlite } from "@electric-sql/pglite";
import pg from "pg";

export function embeddedPool(pglite: PGlite): pg.Pool {
  return new OneClientPool({
    max: 1,
    idleTimeoutMillis: 0,
    stream: () => new EmbeddedSocket(pglite) as never,
  });
}

/** Statements with lists of many lengths are many; those beyond are not prepared. */
const PREPARED_MAX = 1_000;

/**
 * A name for each text: the driver prepares what has one, and then only runs it, which halves its time here. Only for a
 * database of one process: on a server another could change the tables under what is prepared.
 */
export function preparedNames(): (statement: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= PREPARED_MAX) return "";
    const name = `s${names.size}`;
    names.set(sql, name);
    return name;
  };
}

const STARTUP = 0;
const TERMINATE = "X".charCodeAt(0);
/** PGlite's session is open already: "ReadyForQuery", idle. */
const READY = Buffer.from("Z\0\0\0\u0005I", "latin1");

/** What the driver sends in one go (parse, bind, describe, execute, sync) is one call into PGlite. */
class EmbeddedSocket extends Duplex {
  readonly #pglite: PGlite;

  constructor(pglite: PGlite) {
    super();
    this.#pglite = pglite;
  }

  connect(): void {
    void this.#pglite.waitReady.then(() => this.emit("connect"));
  }

  override _write(message: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    void this.#answer(message, done);
  }

  override _writev(messages: { chunk: Buffer }[], done: (error?: Error) => void): void {
    void this.#answer(Buffer.concat(messages.map(({ chunk }) => chunk)), done);
  }

  override _read(): void {}

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  async #answer(asked: Buffer, done: (error?: Error) => void): Promise<void> {
    try {
      if (asked[0] === STARTUP) this.push(READY);
      else if (asked[0] !== TERMINATE) await this.#ask(asked);
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  /** Its folder needs no sync: what PGlite writes there is written. What it hands out is a view of its own memory. */
  #ask(message: Buffer): Promise<void> {
    const onRawData = (answer: Uint8Array): void => void this.push(Buffer.from(answer));
    return this.#pglite.execProtocolRawStream(message, { syncToFs: false, onRawData });
  }

  setNoDelay(): void {}
  setKeepAlive(): void {}
  ref(): void {}
  unref(): void {}
}

/** pg takes a new client after a statement that failed, which would not know what is prepared already. */
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
