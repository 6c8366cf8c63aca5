import { expect, test } from "vitest";
import { shrink } from "./shrink.ts";

const all = Array.from({ length: 60 }, (_, index) => index);
const plan = { atOnce: 2, isTimeUp: () => false };

test("what two events far apart break is shrunk to these two", async () => {
  const kept = await shrink(all, async (list) => list.includes(7) && list.includes(41), plan);
  expect(kept).toEqual([7, 41]);
});

test("what no event is needed for is shrunk to none", async () => {
  expect(await shrink(all, async () => true, plan)).toEqual([]);
});

test("what all events are needed for stays whole, and each list is asked about once per size", async () => {
  let asked = 0;
  const kept = await shrink(
    all,
    async (list) => {
      asked += 1;
      return list.length === all.length;
    },
    plan,
  );
  expect(kept).toEqual(all);
  expect(asked).toBeLessThan(200);
});

test("when time is up, the shortest so far comes back", async () => {
  let asked = 0;
  const isTimeUp = () => asked >= 3;
  const kept = await shrink(
    all,
    async (list) => {
      asked += 1;
      return list.includes(7);
    },
    { atOnce: 1, isTimeUp },
  );
  expect(kept).toContain(7);
  expect(kept.length).toBeLessThan(all.length);
});
