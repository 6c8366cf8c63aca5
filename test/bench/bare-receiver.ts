/**
 * The least that a receiver of webhooks does, as a process of its own: HTTP, HMAC, one insert. What the app takes is held
 * against it, for both share the machine with whoever sends.
 *
 *   node test/bench/bare-receiver.ts SECRET PORT DATABASE    a PostgreSQL address, or a folder for the embedded database
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";

const TABLE = "CREATE TABLE IF NOT EXISTS bare_delivery (id bigserial PRIMARY KEY, remote_id text UNIQUE, body text)";
const INSERT = "INSERT INTO bare_delivery (remote_id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING";

const [secret = "", port = "", database = ""] = process.argv.slice(2);
const store = await openStore();

async function openStore(): Promise<(values: string[]) => Promise<unknown>> {
  if (!database.includes("://")) {
    const pglite = await PGlite.create(database);
    await pglite.query(TABLE);
    return (values) => pglite.query(INSERT, values);
  }
  const pool = new pg.Pool({ connectionString: database, max: 10 });
  await pool.query(TABLE);
  return (values) => pool.query(INSERT, values);
}

createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts);
  const given = Buffer.from(String(request.headers["x-shopify-hmac-sha256"] ?? ""), "base64");
  const right = createHmac("sha256", secret).update(body).digest();
  const isGenuine = given.length === right.length && timingSafeEqual(given, right);
  if (isGenuine) await store([String(request.headers["x-shopify-webhook-id"]), body.toString()]);
  response.writeHead(isGenuine ? 200 : 401).end();
}).listen(Number(port), "127.0.0.1", () => console.log("bare receiver is listening"));
