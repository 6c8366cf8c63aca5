/** The other stores of a seller: a merchant-fulfilled SKU has one quantity in all of a region. */
import { expect, it } from "vitest";
import { bench } from "./amazon-bench.ts";

it("names the stores that share the stock: those of the region in which the seller takes part", async () => {
  const { channel, emulator } = await bench();
  expect(await channel.checkAccess()).toMatchObject({ ok: true, value: { sharesStockWith: [] } });
  const store = (id: string, domainName: string, isParticipating = true) => ({
    id,
    domainName,
    countryCode: "DE",
    isParticipating,
  });
  emulator.controls.changeSettings({
    otherStores: [
      store("A1PA6795UKMFR9", "amazon.de"),
      store("A13V1IB3VIYZZH", "amazon.fr"),
      store("APJ6JRA9NG5V4", "amazon.it", false),
      store("ATVPDKIKX0DER", "amazon.com"),
    ],
  });
  expect(await channel.checkAccess()).toMatchObject({
    ok: true,
    value: { sharesStockWith: ["amazon.de", "amazon.fr"] },
  });
});
