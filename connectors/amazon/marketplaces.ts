/**
 * Amazon's stores: which host serves them, where their sellers sign in, and their currency (developer-docs.amazon.com,
 * "Marketplace IDs", "SP-API Endpoints" and "Seller Central URLs").
 */
export interface Marketplace {
  id: string;
  region: "na" | "eu" | "fe";
  currency: string;
  /** Where buyers are: the public page of a listing. */
  site: string;
  /** Where the seller consents. */
  sellerCentral: string;
}

const rows: readonly [id: string, region: Marketplace["region"], currency: string, site: string, central: string][] = [
  ["A2EUQ1WTGCTBG2", "na", "CAD", "amazon.ca", "sellercentral.amazon.ca"],
  ["ATVPDKIKX0DER", "na", "USD", "amazon.com", "sellercentral.amazon.com"],
  ["A1AM78C64UM0Y8", "na", "MXN", "amazon.com.mx", "sellercentral.amazon.com.mx"],
  ["A2Q3Y263D00KWC", "na", "BRL", "amazon.com.br", "sellercentral.amazon.com.br"],
  ["A28R8C7NBKEWEA", "eu", "EUR", "amazon.ie", "sellercentral.amazon.ie"],
  ["A1RKKUPIHCS9HS", "eu", "EUR", "amazon.es", "sellercentral-europe.amazon.com"],
  ["A1F83G8C2ARO7P", "eu", "GBP", "amazon.co.uk", "sellercentral-europe.amazon.com"],
  ["A13V1IB3VIYZZH", "eu", "EUR", "amazon.fr", "sellercentral-europe.amazon.com"],
  ["AMEN7PMS3EDWL", "eu", "EUR", "amazon.com.be", "sellercentral.amazon.com.be"],
  ["A1805IZSGTT6HS", "eu", "EUR", "amazon.nl", "sellercentral.amazon.nl"],
  ["A1PA6795UKMFR9", "eu", "EUR", "amazon.de", "sellercentral-europe.amazon.com"],
  ["APJ6JRA9NG5V4", "eu", "EUR", "amazon.it", "sellercentral-europe.amazon.com"],
  ["A2NODRKZP88ZB9", "eu", "SEK", "amazon.se", "sellercentral.amazon.se"],
  ["AE08WJ6YKNBMC", "eu", "ZAR", "amazon.co.za", "sellercentral.amazon.co.za"],
  ["A1C3SOZRARQ6R3", "eu", "PLN", "amazon.pl", "sellercentral.amazon.pl"],
  ["ARBP9OOSHTCHU", "eu", "EGP", "amazon.eg", "sellercentral.amazon.eg"],
  ["A33AVAJ2PDY3EV", "eu", "TRY", "amazon.com.tr", "sellercentral.amazon.com.tr"],
  ["A17E79C6D8DWNP", "eu", "SAR", "amazon.sa", "sellercentral.amazon.sa"],
  ["A2VIGQ35RCS4UG", "eu", "AED", "amazon.ae", "sellercentral.amazon.ae"],
  ["A21TJRUUN4KGV", "eu", "INR", "amazon.in", "sellercentral.amazon.in"],
  ["A19VAU5U5O7RUS", "fe", "SGD", "amazon.sg", "sellercentral.amazon.sg"],
  ["A39IBJ37TRP1C6", "fe", "AUD", "amazon.com.au", "sellercentral.amazon.com.au"],
  ["A1VC38T7YXB528", "fe", "JPY", "amazon.co.jp", "sellercentral.amazon.co.jp"],
];

const marketplaces = new Map<string, Marketplace>(
  rows.map(([id, region, currency, site, sellerCentral]) => [id, { id, region, currency, site, sellerCentral }]),
);

export function marketplaceById(id: string): Marketplace | null {
  return marketplaces.get(id) ?? null;
}

/** The Selling Partner API, Login with Amazon, and Seller Central. An emulator may serve all three from one origin. */
export interface AmazonOrigins {
  api: string;
  lwa: string;
  sellerCentral: string;
}

export function amazonOrigins(marketplace: Marketplace, apiOrigin?: string, lwaOrigin?: string): AmazonOrigins {
  const api = new URL(apiOrigin ?? `https://sellingpartnerapi-${marketplace.region}.amazon.com`);
  const isAmazon = /(^|\.)amazon\.com$/.test(api.hostname);
  return {
    api: api.origin,
    lwa: new URL(lwaOrigin ?? (isAmazon ? "https://api.amazon.com" : api.origin)).origin,
    sellerCentral: isAmazon ? `https://${marketplace.sellerCentral}` : api.origin,
  };
}
