/** Why an order is not simply on its way: a conflict, a hold, an unpaid or unwanted sale. */
import { Banner, BlockStack, Button, InlineStack } from "@shopify/polaris";
import type { OrderView } from "../views/orders.ts";
import { ActionButton } from "./action-button.tsx";
import { CancelButton } from "./cancel-button.tsx";
import { ConflictActions } from "./conflict-actions.tsx";
import { CorrectAddress } from "./correct-address.tsx";
import { LinkOrder } from "./link-order.tsx";

function Conflict({ order, conflict }: { order: OrderView; conflict: NonNullable<OrderView["conflict"]> }) {
  const { marketplace } = order.channel;
  return (
    <Banner tone="critical" title="Sold too late: an earlier sale has its units">
      <BlockStack gap="300">
        <p>{conflict.explanation}</p>
        <p>
          {order.stage === "held"
            ? "It is not in Shopify yet, and its units are held back from every channel."
            : "It is in Shopify, and stock has gone below zero."}{" "}
          {order.channel.cancels
            ? null
            : `${marketplace} does not let apps cancel orders: cancel it there yourself, and it follows here.`}
        </p>
        <ConflictActions
          orderId={order.id}
          marketplace={marketplace}
          marketplaceCancels={order.channel.cancels}
          isHeld={conflict.isHeld}
        />
      </BlockStack>
    </Banner>
  );
}

function Hold({ order }: { order: OrderView }) {
  const { marketplace, cancels } = order.channel;
  if (order.cancellations.length > 0) {
    return (
      <Banner tone="warning" title={`It is being cancelled on ${marketplace}`}>
        <p>It does not go to Shopify. Its units are free again when {marketplace} has cancelled it.</p>
      </Banner>
    );
  }
  const unmatched = order.lines.find((line) => line.variantId === null && line.listingId !== null);
  return (
    <Banner tone="critical" title="On hold: not in Shopify yet">
      <BlockStack gap="300">
        <p>{order.holdReason ?? "Shopify did not take this order. Retry; if it stays, see the timeline."}</p>
        <p>
          Its units are held back from every channel, so they can't be sold twice.
          {cancels ? null : ` ${marketplace} does not let apps cancel orders: cancelled there, it is over here too.`}
        </p>
        <InlineStack gap="200">
          {unmatched ? <Button url={`/app/listings/${unmatched.listingId}`}>Match the listing</Button> : null}
          {order.buyerData === "held" ? <CorrectAddress isWanted={order.isBuyerRefused} /> : null}
          <ActionButton fields={{ intent: "retry-order" }}>Retry</ActionButton>
          <ActionButton
            fields={{ intent: "entered-by-hand" }}
            confirm={{
              title: "Did you enter this order in Shopify by hand?",
              message: `Its units are no longer held back here: your own order in Shopify has them. Lockstep does not follow that order: confirm its shipment on ${marketplace} yourself. If you know its number, look it up below instead: then Lockstep follows it. You can do that later, too, or put it back on hold.`,
              action: "Yes, it is in Shopify",
            }}
          >
            I entered it by hand
          </ActionButton>
          {cancels ? <CancelButton intent="cancel-held" marketplace={marketplace} /> : null}
        </InlineStack>
        <LinkOrder order={order} />
      </BlockStack>
    </Banner>
  );
}

/** Lockstep does not know which one it is there. */
function Entered({ order }: { order: OrderView }) {
  const { marketplace } = order.channel;
  const isAsked = order.cancellationRequested;
  return (
    <Banner
      tone={isAsked ? "warning" : "info"}
      title={isAsked ? "The buyer asked to cancel" : "You entered it in Shopify by hand"}
    >
      <BlockStack gap="300">
        <p>
          {isAsked
            ? `You entered it in Shopify by hand: answer on ${marketplace}, and do the same in Shopify.`
            : `Lockstep does not know which order that is: confirm its shipment on ${marketplace} yourself, or give its number here.`}
        </p>
        <LinkOrder order={order} />
        <ActionButton
          fields={{ intent: "hold-again" }}
          confirm={{
            title: "Put this order back on hold?",
            message: `${unitsSetAside(order)} Then you can have Lockstep place it in Shopify. If you did enter it there, give its number instead: else its units are taken twice.`,
            action: "Put back on hold",
          }}
        >
          I did not enter it: put it back on hold
        </ActionButton>
      </BlockStack>
    </Banner>
  );
}

/** What to set it aside does to stock, by line. */
function unitsSetAside({ lines }: OrderView): string {
  const set = lines.flatMap(({ title, quantity, quantityCancelled, variantId }) =>
    variantId !== null && quantity > quantityCancelled ? [`${quantity - quantityCancelled} × ${title}`] : [],
  );
  return set.length === 0
    ? "No line of it is matched to a Shopify variant, so no stock changes now."
    : `Set aside again, so that every channel offers as many fewer: ${set.join(", ")}.`;
}

/** What the order waits for, or what is wrong with it as a whole. */
export function OrderAttention({ order }: { order: OrderView }) {
  if (order.conflict?.isOpen) return <Conflict order={order} conflict={order.conflict} />;
  if (order.stage === "held") return <Hold order={order} />;
  if (order.stage === "waiting") {
    return (
      <Banner tone="info" title="Waiting for payment">
        <p>Its units are held back. The Shopify order is made when the buyer has paid.</p>
      </Banner>
    );
  }
  if (order.stage === "entered" && order.isOpenThere) return <Entered order={order} />;
  if (order.cancellationRequested && order.stage !== "cancelled") {
    return (
      <Banner tone="warning" title="The buyer asked to cancel">
        <p>Cancel the order in Shopify to agree, or ship it to decline.</p>
      </Banner>
    );
  }
  return null;
}
