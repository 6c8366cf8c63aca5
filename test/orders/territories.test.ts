import { describe, expect, it } from "vitest";
import { isoCountry, shopifyTerritory } from "#app/orders/territories.ts";

describe("a country's code", () => {
  it.each([
    ["GB", "GB"],
    [" gb ", "GB"],
    ["UK", "GB"],
    ["el", "GR"],
    ["XK", "XK"],
    ["Germany", null],
    ["D", null],
    ["DEU", null],
    ["G1", null],
    ["", null],
    [null, null],
  ])("%j is %j", (code, iso) => {
    expect(isoCountry(code)).toBe(iso);
  });
});

describe("a region as Shopify knows it", () => {
  const place = (countryCode: string | null, provinceCode: string | null, region: string | null = null) => ({
    ...{ countryCode, provinceCode, region },
  });

  it.each([
    ["a code", "US", "CA", place("US", "CA")],
    ["a code in small letters", "us", "ca", place("US", "CA")],
    ["a code with its country", "US", "US-CA", place("US", "CA")],
    ["a code of another country, which is none", "CA", "US-ON", place("CA", null, "US-ON")],
    ["a code with blanks around it", "US", " CA ", place("US", "CA")],
    ["a code of three letters", "AU", "NSW", place("AU", "NSW")],
    ["a code with a digit", "FR", "2A", place("FR", "2A")],
    ["a name", "US", "California", place("US", "CA")],
    ["a name in capitals", "US", "NEW  YORK", place("US", "NY")],
    ["a name with dots", "US", "D.C.", place("US", "DC")],
    ["a name with points and more words", "CA", "Québec", place("CA", "QC")],
    ["the same name without the accent", "CA", "Quebec", place("CA", "QC")],
    ["the last of a list", "AU", "Western Australia", place("AU", "WA")],
    ["a name of another country", "GB", "California", place("GB", null, "California")],
    ["a name that nobody knows", "US", "Mordor", place("US", null, "Mordor")],
    ["two words of one letter", "US", "N Y", place("US", null, "N Y")],
    ["one letter", "US", "C", place("US", null, "C")],
    ["nothing", "US", null, place("US", null)],
    ["blanks", "US", "  ", place("US", null)],
    ["a region without a country", null, "CA", place(null, "CA")],
    // Countries for ISO, states for Shopify: whatever the region says.
    ["a territory", "PR", "San Juan", place("US", "PR")],
    ["a territory in small letters", "gu", null, place("US", "GU")],
    ["the Virgin Islands", "VI", null, place("US", "VI")],
    ["American Samoa", "AS", null, place("US", "AS")],
    ["the Northern Mariana Islands", "MP", null, place("US", "MP")],
  ])("%s: %s %j", (_, country, region, expected) => {
    expect(shopifyTerritory(country, region)).toEqual(expected);
  });

  it("of a state is its code, for each that Americans write out", () => {
    const names = "Alabama Alaska Arizona Texas Wyoming,North Carolina,District of Columbia,Puerto Rico";
    const codes = names
      .split(/[ ,](?!of|Columbia|Carolina|Rico)/)
      .map((name) => shopifyTerritory("US", name).provinceCode);
    expect(codes).toEqual(["AL", "AK", "AZ", "TX", "WY", "NC", "DC", "PR"]);
  });
});
