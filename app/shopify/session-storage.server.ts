/**
 * Shopify's Prisma session storage, with both tokens sealed at rest.
 */
import type { Session } from "@shopify/shopify-api";
import { PrismaSessionStorage } from "@shopify/shopify-app-session-storage-prisma";
import type { Db } from "../db.server.ts";
import type { Secrets } from "../secrets.ts";

/** What the package asks of a Prisma client; ours is generated elsewhere, so its type is another name for the same. */
type StorageClient = ConstructorParameters<typeof PrismaSessionStorage>[0];

export function createSessionStorage(db: Db, secrets: Secrets): PrismaSessionStorage<StorageClient> {
  return new SealedSessionStorage(db as unknown as StorageClient, secrets);
}

class SealedSessionStorage extends PrismaSessionStorage<StorageClient> {
  readonly #secrets: Secrets;

  constructor(client: StorageClient, secrets: Secrets) {
    super(client);
    this.#secrets = secrets;
  }

  override async storeSession(session: Session): Promise<boolean> {
    const clear = { accessToken: session.accessToken, refreshToken: session.refreshToken };
    // The caller goes on using its session, so the sealed values are only lent to it while it is stored.
    try {
      if (clear.accessToken) session.accessToken = this.#secrets.seal(clear.accessToken);
      if (clear.refreshToken) session.refreshToken = this.#secrets.seal(clear.refreshToken);
      return await super.storeSession(session);
    } finally {
      session.accessToken = clear.accessToken;
      session.refreshToken = clear.refreshToken;
    }
  }

  override async loadSession(id: string): Promise<Session | undefined> {
    const session = await super.loadSession(id);
    return session && this.#opened(session);
  }

  override async findSessionsByShop(shop: string): Promise<Session[]> {
    return (await super.findSessionsByShop(shop)).map((session) => this.#opened(session));
  }

  #opened(session: Session): Session {
    if (session.accessToken) session.accessToken = this.#secrets.open(session.accessToken);
    if (session.refreshToken) session.refreshToken = this.#secrets.open(session.refreshToken);
    return session;
  }
}
