/** Consent, tokens, and whose account it is. */
import { describeFailure, must, type Subject, stored, unwrap } from "./subject.ts";

export function proveAccess(s: Subject): void {
  const { expectFailure, open, it, describe } = s;

  describe("access", () => {
    it("names the account, stably", async () => {
      const first = unwrap(await s.channel.checkAccess(), "checkAccess");
      must(first.remoteAccountId !== "", "checkAccess must give the marketplace's id of the merchant");
      const again = unwrap(await open(s.world.restarted()).checkAccess(), "checkAccess");
      must(
        again.remoteAccountId === first.remoteAccountId,
        `checkAccess must give the same id each time: got ${first.remoteAccountId}, then ${again.remoteAccountId}`,
      );
    });

    it("is unauthorized when the marketplace refuses the token", async () => {
      await s.world.market.breakNext("checkAccess", { kind: "status", status: 401 });
      expectFailure(await s.channel.checkAccess(), "unauthorized", "checkAccess after a 401");
    });

    it("goes through consent, and refresh gives credentials that work", async () => {
      const { authorization, manifest } = s.world.connector;
      const { consent } = s.world;
      if (authorization.kind !== "oauth" || !consent) return;
      const codeVerifier = "v".repeat(64);
      const url = authorization.consentUrl({ state: "state-1", codeVerifier, redirectUri: consent.redirectUri });
      const granted = await consent.grant(url);
      must(granted.state === "state-1", `consentUrl must carry the state: it came back as ${granted.state}`);
      const now = s.world.clock.now();
      const exchanged = unwrap(
        await authorization.exchangeCode({
          ...granted,
          codeVerifier,
          redirectUri: consent.redirectUri,
          transport: s.transport,
          now,
        }),
        "exchangeCode",
      );
      must(
        manifest.credentials.safeParse(exchanged).success,
        "exchangeCode must return what manifest.credentials accepts",
      );
      const refreshed = unwrap(
        await authorization.refresh({ credentials: exchanged, transport: s.transport, now }),
        "refresh",
      );
      must(manifest.credentials.safeParse(refreshed).success, "refresh must return what manifest.credentials accepts");
      if (refreshed.expiresAt !== undefined) {
        must(new Date(refreshed.expiresAt) > now, `refresh must return a later expiresAt: got ${refreshed.expiresAt}`);
      }
      const renewed = s.world.connector.open({
        credentials: stored(refreshed),
        transport: s.transport,
        now: () => s.world.clock.now(),
      });
      unwrap(await renewed.checkAccess(), "checkAccess with refreshed credentials");
    });

    it("is unauthorized when the merchant has withdrawn consent", async () => {
      const { authorization } = s.world.connector;
      if (authorization.kind !== "oauth" || !s.world.consent) return;
      await s.world.consent.revoke();
      const result = await authorization.refresh({
        credentials: s.world.credentials,
        transport: s.transport,
        now: s.world.clock.now(),
      });
      expectFailure(result, "unauthorized", "refresh after the merchant withdrew consent");
    });

    it("does not give up the channel when refresh finds the marketplace down", async () => {
      const { authorization } = s.world.connector;
      if (authorization.kind !== "oauth" || !s.world.consent) return;
      await s.world.market.breakNext("refresh", { kind: "status", status: 503 });
      const result = await authorization.refresh({
        credentials: s.world.credentials,
        transport: s.transport,
        now: s.world.clock.now(),
      });
      must(!result.ok, "refresh during an outage must fail");
      must(
        result.failure.kind === "unavailable" || result.failure.kind === "outcome-unknown",
        `refresh during an outage must not stop the channel: got ${describeFailure(result.failure)}`,
      );
    });
  });
}
