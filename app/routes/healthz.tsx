import { isWell } from "#app/runtime.server.ts";

/** 200 when the database answers, and the key opens what is in it. */
export async function loader(): Promise<Response> {
  try {
    if (!(await isWell())) return new Response("LOCKSTEP_KEY is not the database's\n", { status: 503 });
    return new Response("ok\n", { headers: { "content-type": "text/plain", "cache-control": "no-store" } });
  } catch {
    return new Response("the database does not answer\n", { status: 503, headers: { "content-type": "text/plain" } });
  }
}
