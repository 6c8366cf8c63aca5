import { expect, test } from "vitest";
import { OptionError, readOptions, writeKept } from "./options.ts";

test("one seed, some of its events", () => {
  expect(readOptions(["--seeds", "7", "--events", "50", "--keep", "3,17,40-44"])).toMatchObject({
    mode: "seeds",
    seeds: { from: 7, to: 7 },
    keep: [3, 17, 40, 41, 42, 43, 44],
  });
});

test("events are written as they are read", () => {
  expect(writeKept([3, 17, 40, 41, 42])).toBe("3,17,40-42");
  expect(writeKept([])).toBe("none");
  expect(readOptions(["--seeds", "7", "--keep", "none"])).toMatchObject({ keep: [] });
});

test.each([
  [["--seeds", "9..3"], /--seeds 9..3 ends before it begins/],
  [["--seeds", "many"], /--seeds is "many"/],
  [["--events", "0"], /--events is "0"/],
  [["--jobs", "two"], /--jobs is "two"/],
  [["--seeds", "1..3", "--keep", "4"], /--keep goes with one seed/],
  [["--seeds", "1", "--events", "10", "--keep", "10"], /--keep has "10"/],
  [["--mutant", "all", "--convergence"], /do not go together/],
  [["--convergence", "--events", "40"], /--events does not go with --convergence/],
  [["--mutant", "all", "--postgres"], /--postgres does not go with --mutant/],
  [["--sedes", "1"], /sedes/],
])("%j is refused with the reason", (args, why) => {
  expect(() => readOptions(args)).toThrow(OptionError);
  expect(() => readOptions(args)).toThrow(why);
});
