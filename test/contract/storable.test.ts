/** Replies with characters that can't be stored. */
import { describe, expect, it } from "vitest";
import { storable } from "#connectors/contract/storable.ts";

describe("a reply", () => {
  it.each([
    ["half a pair", `"Mug \\ud83d"`, "Mug \ufffd"],
    ["the other half", `"\\ude00 Mug"`, "\ufffd Mug"],
    ["two halves the wrong way round", `"\\ude00\\ud83d"`, "\ufffd\ufffd"],
    ["NUL", `"Mug\\u0000"`, "Mug\ufffd"],
    ["a whole pair", `"Mug \\uD83D\\uDE00"`, "Mug 😀"],
    ["a pair after half of one", `"\\ud83d\\ud83d\\ude00"`, "\ufffd😀"],
    ["a backslash before what looks like an escape", `"C:\\\\ud83d and \\\\u0000"`, "C:\\ud83d and \\u0000"],
    ["other escapes", `"a\\n\\"b\\u00e9"`, 'a\n"bé'],
  ])("with %s is read", (_what, json, text) => expect(JSON.parse(storable(json))).toBe(text));

  it("that is no JSON keeps all but NUL", () =>
    expect(storable("sku\t\0\\users\\ud83d")).toBe("sku\t\ufffd\\users\\ufffd"));
});
