/** The queue, as @aws-sdk/client-sqs speaks to one: AWS JSON 1.0 over POST, the action in x-amz-target. */
import { createHash } from "node:crypto";
import type { Context, Hono } from "hono";
import { z } from "zod";
import { addMs, type Clock } from "#app/clock.ts";
import type { Faults } from "#test/emulators/kit.ts";
import { parseJson } from "./gateway.ts";
import { type AmazonState, nextNumber, noise } from "./state.ts";

const VISIBILITY_S = 30;
const ACTIONS = ["ReceiveMessage", "DeleteMessage", "DeleteMessageBatch"];

export function mountSqs(app: Hono, state: AmazonState, faults: Faults, clock: Clock): void {
  const operations = { names: ACTIONS.map((action) => `sqs:${action}`), of: (c: Context) => `sqs:${actionOf(c)}` };
  const serve = (c: Context) => answer(c, state, clock.now());
  app.post("/", faults.around(operations), serve);
  // Clients that take the queue's own address for the endpoint.
  app.post("/:account{[0-9]{12}}/:queue", faults.around(operations), serve);
}

function actionOf(c: Context): string {
  return c.req.header("x-amz-target")?.replace(/^AmazonSQS\./, "") ?? "unknown";
}

const receiveSchema = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
  VisibilityTimeout: z.number().int().min(0).max(43_200).default(VISIBILITY_S),
  WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
});
const entrySchema = z.object({ Id: z.string().regex(/^[\w-]{1,80}$/), ReceiptHandle: z.string() });
const deleteSchema = z.object({ QueueUrl: z.string(), ReceiptHandle: z.string() });
const deleteBatchSchema = z.object({ QueueUrl: z.string(), Entries: z.array(entrySchema).min(1).max(10) });

async function answer(c: Context, state: AmazonState, now: Date): Promise<Response> {
  if (!c.req.header("content-type")?.startsWith("application/x-amz-json-1.0")) {
    return refuse(c, 400, "com.amazon.coral.service#SerializationException", "Not AWS JSON 1.0.");
  }
  const credential = /Credential=([^/]+)\//.exec(c.req.header("authorization") ?? "")?.[1];
  if (credential === undefined || (state.queue.accessKeyId !== "" && credential !== state.queue.accessKeyId)) {
    return refuse(c, 403, "com.amazon.coral.service#UnrecognizedClientException", "The security token is invalid.");
  }
  const body = parseJson(await c.req.text());
  const named = z.object({ QueueUrl: z.string() }).safeParse(body);
  if (!named.success || new URL(named.data.QueueUrl).pathname !== new URL(state.queue.url).pathname) {
    return refuse(c, 400, "com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.");
  }
  switch (actionOf(c)) {
    case "ReceiveMessage": {
      const input = receiveSchema.safeParse(body);
      return input.success ? json(c, receive(state, input.data, now)) : invalid(c);
    }
    case "DeleteMessage": {
      const input = deleteSchema.safeParse(body);
      if (!input.success) return invalid(c);
      remove(state, input.data.ReceiptHandle);
      return json(c, {});
    }
    case "DeleteMessageBatch": {
      const input = deleteBatchSchema.safeParse(body);
      return input.success ? json(c, removeAll(state, input.data.Entries)) : invalid(c);
    }
    default:
      return refuse(c, 400, "com.amazon.coral.service#UnknownOperationException", "Not emulated.");
  }
}

function receive(state: AmazonState, input: z.infer<typeof receiveSchema>, now: Date) {
  const visible = state.hints.filter((hint) => hint.visibleAt <= now.toISOString()).slice(0, input.MaxNumberOfMessages);
  // SQS leaves the list out when it is empty.
  if (visible.length === 0) return {};
  return {
    Messages: visible.map((hint) => {
      hint.receives += 1;
      hint.receipt = `AQEB${noise(state, `receipt${nextNumber(state, "receipt")}`)}`;
      hint.visibleAt = addMs(now, input.VisibilityTimeout * 1000).toISOString();
      return {
        MessageId: hint.messageId,
        ReceiptHandle: hint.receipt,
        Body: hint.body,
        MD5OfBody: createHash("md5").update(hint.body).digest("hex"),
      };
    }),
  };
}

/** Only the latest receipt takes a message off; deleting what is gone succeeds. */
function remove(state: AmazonState, receipt: string): void {
  state.hints = state.hints.filter((hint) => hint.receipt !== receipt);
}

function removeAll(state: AmazonState, entries: readonly z.infer<typeof entrySchema>[]) {
  const Successful: { Id: string }[] = [];
  const Failed: { Id: string; Code: string; SenderFault: boolean }[] = [];
  for (const { Id, ReceiptHandle } of entries) {
    if (!ReceiptHandle.startsWith("AQEB")) Failed.push({ Id, Code: "ReceiptHandleIsInvalid", SenderFault: true });
    else {
      remove(state, ReceiptHandle);
      Successful.push({ Id });
    }
  }
  return { Successful, Failed };
}

function json(c: Context, body: object): Response {
  return c.body(JSON.stringify(body), 200, { "content-type": "application/x-amz-json-1.0" });
}

function invalid(c: Context): Response {
  return refuse(c, 400, "com.amazonaws.sqs#InvalidParameterValue", "A parameter is invalid.");
}

function refuse(c: Context, status: 400 | 403, type: string, message: string): Response {
  return c.body(JSON.stringify({ __type: type, message }), status, { "content-type": "application/x-amz-json-1.0" });
}
