/** What a connector says of itself. */
import { must, type Subject, stored } from "./subject.ts";

export function proveManifest(s: Subject): void {
  const { it, describe } = s;

  describe("manifest", () => {
    it("is sane", () => {
      const { manifest, authorization } = s.world.connector;
      const { capabilities } = manifest;
      must(
        /^[a-z][a-z0-9-]*$/.test(manifest.key),
        `manifest.key must be lower-case, fit for a URL: got "${manifest.key}"`,
      );
      must(manifest.name.trim() !== "", "manifest.name must be what the merchant calls the marketplace");
      for (const [field, value] of Object.entries({
        writeBatchMax: capabilities.writeBatchMax,
        readBatchMax: capabilities.readBatchMax,
        orderPollEveryMs: capabilities.orderPollEveryMs,
        requestTimeoutMs: manifest.requestTimeoutMs,
      })) {
        must(Number.isInteger(value) && value > 0, `manifest: ${field} must be a positive whole number, got ${value}`);
      }
      must(capabilities.orderVisibilityLagMs >= 0, "manifest: orderVisibilityLagMs must not be negative");
      must(capabilities.lateWriteMaxMs >= 0, "manifest: lateWriteMaxMs must not be negative");
      must(
        capabilities.hintQueue === (s.channel.queue !== undefined),
        "manifest: hintQueue must say whether an opened channel has a queue",
      );
      const names = manifest.limits.map((limit) => limit.name);
      must(new Set(names).size === names.length, `manifest: limit names must be unique, got ${names.join(", ")}`);
      for (const limit of manifest.limits) {
        must(
          limit.callsMax > 0 && limit.windowMs > 0,
          `manifest: limit ${limit.name} must allow some calls in some time`,
        );
        must(limit.source.trim() !== "", `manifest: limit ${limit.name} must say where its number comes from`);
      }
      if (authorization.kind === "oauth") {
        for (const one of authorization.scopes) {
          must(one.why.length > 10, `authorization: scope ${one.scope} must say why in words for the merchant`);
        }
      } else {
        must(authorization.fields.length > 0, "authorization: keys need at least one field to type them into");
      }
    });

    it("accepts the credentials in use, after a round trip through storage", () => {
      const parsed = s.world.connector.manifest.credentials.safeParse(stored(s.world.credentials));
      must(parsed.success, "manifest.credentials must accept what exchangeCode returned, stored as JSON and read back");
    });
  });
}
