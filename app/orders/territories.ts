/**
 * Countries and provinces as Shopify has them. Pure. Marketplaces write ISO 3166 codes, common mistakes for them, or a
 * region's name; Shopify's CountryCode has no code for the territories of the United States, which are states there, and its
 * provinces are codes. What is not known here is left to Shopify to take or to refuse.
 */

/** States of the United States for Shopify, countries for ISO. */
const UNITED_STATES_TERRITORIES = new Set(["PR", "GU", "VI", "AS", "MP"]);
const OTHER_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ["UK", "GB"],
  ["EL", "GR"],
]);

/** A country's code in ISO's spelling; null where the text is none. */
export function isoCountry(code: string | null): string | null {
  const upper = code?.trim().toUpperCase() ?? "";
  if (!/^[A-Z]{2}$/.test(upper)) return null;
  return OTHER_SPELLINGS.get(upper) ?? upper;
}

/** A country and region as Shopify may take them. `region`: what it can't be told as a province. */
export function shopifyTerritory(
  country: string | null,
  region: string | null,
): { countryCode: string | null; provinceCode: string | null; region: string | null } {
  const iso = isoCountry(country);
  if (iso && UNITED_STATES_TERRITORIES.has(iso)) return { countryCode: "US", provinceCode: iso, region: null };
  const text = region?.trim() || null;
  const provinceCode = text && provinceOf(iso, text);
  return { countryCode: iso, provinceCode, region: provinceCode ? null : text };
}

/** Whether Shopify can tell the province by it; of countries whose provinces are not known here, whatever it is. */
export function isRegion(country: string | null, region: string): boolean {
  const provinces = PROVINCES.get(isoCountry(country));
  if (!provinces) return true;
  const { provinceCode } = shopifyTerritory(country, region);
  return provinceCode !== null && [...provinces.values(), ...FORCES].includes(provinceCode);
}

/** Whether an address there is not complete without one. */
export function wantsRegion(country: string | null): boolean {
  return PROVINCES.has(isoCountry(country));
}

/** Where the armed forces of the United States get their mail: states for their post. */
const FORCES = ["AA", "AE", "AP"];

function provinceOf(country: string | null, region: string): string | null {
  const named = PROVINCES.get(country)?.get(nameOf(region));
  if (named) return named;
  const code = nameOf(region)
    .toUpperCase()
    .replace(new RegExp(`^${country}-`), "");
  return /^[A-Z0-9]{2,3}$/.test(code) ? code : null;
}

function nameOf(region: string): string {
  // Stryker disable next-line MethodExpression: names are compared by it alone, and one case is as good as the other
  return region.toLowerCase().replace(/[.’']/g, "").replace(/\s+/g, " ");
}

/** Where addresses are not complete without one, and marketplaces write them out. */
const PROVINCE_NAMES: Readonly<Record<string, string>> = {
  US: `AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, DE Delaware, DC District of Columbia,
    FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa, KS Kansas, KY Kentucky, LA Louisiana, ME Maine,
    MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota, MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada,
    NH New Hampshire, NJ New Jersey, NM New Mexico, NY New York, NC North Carolina, ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon,
    PA Pennsylvania, RI Rhode Island, SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, VT Vermont, VA Virginia,
    WA Washington, WV West Virginia, WI Wisconsin, WY Wyoming, PR Puerto Rico, GU Guam, VI Virgin Islands, AS American Samoa,
    MP Northern Mariana Islands`,
  CA: `AB Alberta, BC British Columbia, MB Manitoba, NB New Brunswick, NL Newfoundland and Labrador, NT Northwest Territories,
    NS Nova Scotia, NU Nunavut, ON Ontario, PE Prince Edward Island, QC Quebec, QC Québec, SK Saskatchewan, YT Yukon`,
  AU: `ACT Australian Capital Territory, NSW New South Wales, NT Northern Territory, QLD Queensland, SA South Australia,
    TAS Tasmania, VIC Victoria, WA Western Australia`,
};

const PROVINCES: ReadonlyMap<string | null, ReadonlyMap<string, string>> = new Map(
  Object.entries(PROVINCE_NAMES).map(([country, list]) => {
    const entries = list.split(",").map((one): [string, string] => {
      const text = one.trim();
      const space = text.indexOf(" ");
      return [nameOf(text.slice(space + 1)), text.slice(0, space)];
    });
    return [country, new Map(entries)];
  }),
);
