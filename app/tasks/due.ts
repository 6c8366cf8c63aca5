/** What is due, by the tables: many short questions as one statement, for the tick asks them every second. */
import type { Db, Tx } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";

/** Each query selects one column of ids. */
export async function listDue<Name extends string>(
  db: Db | Tx,
  queries: Record<Name, Prisma.Sql>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(queries) as Name[];
  const parts = names.map(
    (name) => Prisma.sql`SELECT ${name}::text AS name, due.id::bigint AS id FROM (${queries[name]}) AS due(id)`,
  );
  const rows = await db.$queryRaw<{ name: Name; id: bigint }[]>`${Prisma.join(parts, " UNION ALL ")}`;
  const due = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (const { name, id } of rows) due[name].push(Number(id));
  return due;
}
