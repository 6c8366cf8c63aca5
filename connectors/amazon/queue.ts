/**
 * The queue that Amazon puts notifications in: SQS, by Amazon's own client. Its requests travel over our transport, so that they
 * are paced, timed and turned into failures as all others are.
 *
 * One queue serves the application, so a channel may be handed hints of another seller: they say whose they are.
 */
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from "@aws-sdk/client-sqs";
import { z } from "zod";
import type { Hint, HintQueue } from "../contract/connector.ts";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import { keyText } from "../contract/storable.ts";
import type { RemoteCall, Transport } from "../transport/transport.ts";
import { parseJson } from "./client.ts";
import { chunk } from "./items.ts";

export interface SqsSettings {
  /** Unset: AWS's own for the region. */
  endpoint?: string | undefined;
  queueUrl: string;
  queueArn: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Both limits of SQS: messages a ReceiveMessage, and entries a DeleteMessageBatch. */
const MESSAGES_MAX = 10;

/** Long polling of a second asks all of SQS's servers; a short poll asks some, and may miss what is there. */
const WAIT_S = 1;

/** How long a hint we were given is hidden from others: time to store it. */
const HIDDEN_S = 60;

class NotSent extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

function newClient(transport: Transport, settings: SqsSettings): SQSClient {
  return new SQSClient({
    region: settings.region,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint, useQueueUrlAsEndpoint: false }),
    // One retry policy decides, and it is not the SDK's.
    maxAttempts: 1,
    requestHandler: overTransport(transport),
  });
}

export function amazonHintQueue(transport: Transport, settings: SqsSettings): HintQueue {
  let made: SQSClient | null = null;
  // Made at the first use: a channel is opened far more often than its queue is read.
  const client = () => {
    made ??= newClient(transport, settings);
    return made;
  };

  async function send<T>(operation: string, request: () => Promise<T>): Promise<Result<T>> {
    try {
      return succeed(await request());
    } catch (error) {
      if (error instanceof NotSent) return fail(error.failure);
      // The SDK could not read the reply, or found its checksum wrong: nothing is lost, all of it comes again.
      return fail({
        kind: "unavailable",
        scope: "account",
        message: `${operation}: the queue's answer could not be read`,
      });
    }
  }

  async function acknowledge(receipts: readonly string[]): Promise<Result<null>> {
    for (const some of chunk(receipts, MESSAGES_MAX)) {
      const Entries = some.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      const deleted = await send("sqs:DeleteMessageBatch", () =>
        client().send(new DeleteMessageBatchCommand({ QueueUrl: settings.queueUrl, Entries })),
      );
      if (!deleted.ok) return deleted;
      // A receipt that has run out is not mended by trying again: the hint comes with a new one.
      const failed = (deleted.value.Failed ?? []).filter((one) => one.SenderFault !== true);
      if (failed.length > 0) {
        const message = `sqs:DeleteMessageBatch: ${failed.length} of ${some.length} hints could not be taken off the queue`;
        return fail({ kind: "unavailable", scope: "account", message });
      }
    }
    return succeed(null);
  }

  async function receive(): Promise<Result<{ hint: Hint; receipt: string }[]>> {
    const received = await send("sqs:ReceiveMessage", () =>
      client().send(
        new ReceiveMessageCommand({
          QueueUrl: settings.queueUrl,
          MaxNumberOfMessages: MESSAGES_MAX,
          WaitTimeSeconds: WAIT_S,
          VisibilityTimeout: HIDDEN_S,
        }),
      ),
    );
    if (!received.ok) return received;
    const hints: { hint: Hint; receipt: string }[] = [];
    const idle: string[] = [];
    for (const message of received.value.Messages ?? []) {
      const receipt = message.ReceiptHandle;
      if (receipt === undefined) continue;
      const hint = toHint(message);
      if (hint === null) idle.push(receipt);
      else hints.push({ hint, receipt });
    }
    // What says nothing to us is not handed on, or it would cost a read of all orders; if this fails it comes again.
    if (idle.length > 0) await acknowledge(idle);
    return succeed(hints);
  }

  return { receive, acknowledge };
}

/** The SDK hands over a signed request and wants a reply; only a good one comes back, any other is thrown through it. */
function overTransport(transport: Transport): NonNullable<SQSClientConfig["requestHandler"]> {
  return {
    async handle(request: {
      protocol: string;
      hostname: string;
      port?: number;
      path: string;
      headers: Record<string, string>;
      body?: unknown;
    }) {
      const { host: _, "content-length": __, ...headers } = request.headers;
      const port = request.port === undefined ? "" : `:${request.port}`;
      const call: RemoteCall = {
        operation: `sqs:${request.headers["x-amz-target"]?.split(".").at(-1) ?? "unknown"}`,
        method: "POST",
        url: new URL(`${request.protocol}//${request.hostname}${port}${request.path}`),
        headers,
        body: textOf(request.body),
        // Receiving hides for a minute, deleting twice deletes once.
        effect: "read",
      };
      const sent = await transport.send(call);
      if (!sent.ok) throw new NotSent(sent.failure);
      const body = new Blob([sent.value.text]).stream();
      return {
        response: { statusCode: sent.value.status, headers: Object.fromEntries(sent.value.headers), body },
      };
    },
    metadata: { handlerProtocol: "http/1.1" },
    httpHandlerConfigs: () => ({}),
    updateHttpClientConfig: () => {},
  };
}

function textOf(body: unknown): string {
  if (typeof body === "string") return body;
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : "";
}

const notificationSchema = z.object({
  NotificationType: keyText,
  NotificationMetadata: z.object({ NotificationId: keyText }),
  Payload: z.unknown(),
});

const orderChangeSchema = z.object({
  OrderChangeNotification: z.object({
    SellerId: keyText,
    AmazonOrderId: keyText,
    Summary: z.object({ FulfillmentType: z.string().optional() }).optional(),
  }),
});

/** Null: it concerns no order that the merchant ships. What cannot be read is a hint to look at all orders. */
function toHint(message: Message): Hint | null {
  const nobody = { remoteAccountId: null, orderRemoteId: null, deletedBuyerRemoteId: null };
  const parsed = notificationSchema.safeParse(parseJson(message.Body ?? ""));
  if (!parsed.success) {
    return { kind: "hint", id: message.MessageId ?? "unreadable", topic: "unreadable", ...nobody };
  }
  const { NotificationType: topic, NotificationMetadata, Payload } = parsed.data;
  const id = NotificationMetadata.NotificationId;
  if (topic !== "ORDER_CHANGE") return null;
  const change = orderChangeSchema.safeParse(Payload);
  if (!change.success) return { kind: "hint", id, topic, ...nobody };
  const { SellerId, AmazonOrderId, Summary } = change.data.OrderChangeNotification;
  if (Summary?.FulfillmentType === "AFN") return null;
  return {
    kind: "hint",
    id,
    topic,
    remoteAccountId: SellerId,
    orderRemoteId: AmazonOrderId,
    deletedBuyerRemoteId: null,
  };
}
