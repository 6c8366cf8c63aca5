import { describe, expect, it } from "vitest";
import { at, type Bench, createBench, levelOf } from "./emulated-app.ts";
import { onHand } from "./store.ts";

const MOVE = `
  mutation ($input: InventoryMoveQuantitiesInput!, $key: String!) {
    inventoryMoveQuantities(input: $input) @idempotent(key: $key) {
      inventoryAdjustmentGroup { id }
      userErrors { code field message }
    }
  }`;
const MOVE_WITHOUT_KEY = MOVE.replace(", $key: String!", "").replace("@idempotent(key: $key)", "");
const HOLD = "lockstep://order/1";

interface MoveShape {
  quantity?: number;
  from?: object;
  to?: object;
  reason?: string;
  referenceDocumentUri?: string;
}

function moveInput(bench: Bench, shape: MoveShape = {}): object {
  const { level } = levelOf(bench.emulator, "MUG-MOSS");
  const end = { locationId: level.locationId, changeFromQuantity: null };
  return {
    reason: shape.reason ?? "reservation_created",
    referenceDocumentUri: shape.referenceDocumentUri ?? HOLD,
    changes: [
      {
        inventoryItemId: level.itemId,
        quantity: shape.quantity ?? 2,
        from: { ...end, name: "available", ...shape.from },
        to: { ...end, name: "reserved", ledgerDocumentUri: HOLD, ...shape.to },
      },
    ],
  };
}

async function move(bench: Bench, shape: MoveShape = {}, key = "key-1") {
  const reply = await bench.graphql(MOVE, { input: moveInput(bench, shape), key });
  expect(reply.errors).toEqual([]);
  return {
    group: at(reply.data, "inventoryMoveQuantities", "inventoryAdjustmentGroup", "id"),
    code: at(reply.data, "inventoryMoveQuantities", "userErrors", 0, "code"),
  };
}

describe("inventoryMoveQuantities", () => {
  it("moves units between states and announces that available moved", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    expect(await move(bench)).toMatchObject({ code: undefined });
    expect(level.quantities).toMatchObject({ available: 22, reserved: 2 });
    expect(onHand(level.quantities)).toBe(24);
    expect(await bench.payloads("inventory_levels/update")).toMatchObject([{ available: 22 }]);
  });

  it("compares before it sets", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    const stale = await move(bench, { from: { changeFromQuantity: 23 } });
    expect(stale.code).toBe("CHANGE_FROM_QUANTITY_STALE");
    expect(level.quantities).toMatchObject({ available: 24, reserved: 0 });
    const right = await move(bench, { from: { changeFromQuantity: 24 }, to: { changeFromQuantity: 0 } }, "key-2");
    expect(right.code).toBeUndefined();
  });

  it("wants changeFromQuantity sent, if only as null", async () => {
    const bench = createBench();
    const reply = await bench.graphql(MOVE, {
      input: moveInput(bench, { from: { changeFromQuantity: undefined } }),
      key: "key-1",
    });
    expect(reply.errors[0]?.extensions?.code).toBe("INVALID_FIELD_ARGUMENTS");
  });

  it("wants an idempotency key", async () => {
    const bench = createBench();
    const reply = await bench.graphql(MOVE_WITHOUT_KEY, { input: moveInput(bench) });
    expect(reply.errors[0]?.extensions?.code).toBe("BAD_REQUEST");
    expect(levelOf(bench.emulator, "MUG-MOSS").level.quantities.available).toBe(24);
  });

  it("answers a repeated key with the first result and does nothing again", async () => {
    const bench = createBench();
    const first = await move(bench);
    expect(await move(bench)).toEqual(first);
    expect(levelOf(bench.emulator, "MUG-MOSS").level.quantities.reserved).toBe(2);
    expect((await move(bench, { quantity: 3 })).code).toBe("IDEMPOTENCY_KEY_PARAMETER_MISMATCH");
    await bench.clock.advance(24 * 3_600_000 + 1);
    bench.accessToken = bench.emulator.controls.issueAccessToken("lockstep-demo").accessToken;
    const reply = await bench.graphql(MOVE, { input: moveInput(bench), key: "key-1" }, bench.accessToken);
    expect(at(reply.data, "inventoryMoveQuantities", "inventoryAdjustmentGroup", "id")).not.toBe(first.group);
    expect(levelOf(bench.emulator, "MUG-MOSS").level.quantities.reserved).toBe(4);
  });

  it("wants a new key after a failed attempt", async () => {
    const bench = createBench();
    await move(bench, { from: { changeFromQuantity: 1 } });
    expect((await move(bench, { from: { changeFromQuantity: 1 } })).code).toBe("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED");
  });

  it.each<[string, MoveShape, string]>([
    ["a reserved end without ledger document", { to: { ledgerDocumentUri: null } }, "INVALID_QUANTITY_DOCUMENT"],
    ["available with a ledger document", { from: { ledgerDocumentUri: HOLD } }, "INVALID_AVAILABLE_DOCUMENT"],
    [
      "Shopify's own ledger document",
      { to: { ledgerDocumentUri: "gid://shopify/Order/1" } },
      "INTERNAL_LEDGER_DOCUMENT",
    ],
    ["committed, which is Shopify's alone", { to: { name: "committed" } }, "INVALID_QUANTITY_NAME"],
    ["one name at both ends", { to: { name: "available", ledgerDocumentUri: null } }, "SAME_QUANTITY_NAME"],
    ["an unknown reason", { reason: "because" }, "INVALID_REASON"],
    ["a reference that is no URI", { referenceDocumentUri: "order 1" }, "INVALID_REFERENCE_DOCUMENT"],
    ["another location", { to: { locationId: "gid://shopify/Location/1" } }, "DIFFERENT_LOCATIONS"],
    [
      "more than is reserved",
      { from: { name: "reserved", ledgerDocumentUri: HOLD }, to: { name: "available", ledgerDocumentUri: null } },
      "MOVE_QUANTITIES_FAILED",
    ],
  ])("refuses %s", async (_what, shape, code) => {
    expect((await move(createBench(), shape)).code).toBe(code);
  });

  it("refuses a bundle's parent", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "SET-BREAKFAST");
    const input = moveInput(bench) as { changes: { inventoryItemId: string }[] };
    const [change] = input.changes;
    const reply = await bench.graphql(MOVE, {
      input: { ...input, changes: [{ ...change, inventoryItemId: level.itemId }] },
      key: "k",
    });
    expect(at(reply.data, "inventoryMoveQuantities", "userErrors", 0, "code")).toBe("NON_MUTABLE_INVENTORY_ITEM");
  });
});

describe("a level", () => {
  it("of an untracked item reports available as null in webhooks", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "GIFT-WRAP");
    bench.emulator.controls.setAvailable("lockstep-demo", level.itemId, level.locationId, 5);
    expect(await bench.payloads("inventory_levels/update")).toMatchObject([{ available: null }]);
  });

  it("changed twice within a second keeps one updatedAt, as Shopify's times end at the second", async () => {
    const bench = createBench();
    const { level } = levelOf(bench.emulator, "MUG-MOSS");
    await bench.clock.advance(300);
    bench.emulator.controls.setAvailable("lockstep-demo", level.itemId, level.locationId, 5);
    await bench.clock.advance(300);
    bench.emulator.controls.setAvailable("lockstep-demo", level.itemId, level.locationId, 4);
    const payloads = await bench.payloads("inventory_levels/update");
    expect(payloads.map((one) => [one.available, one.updated_at])).toEqual([
      [5, "2026-11-22T10:00:00+00:00"],
      [4, "2026-11-22T10:00:00+00:00"],
    ]);
  });
});
