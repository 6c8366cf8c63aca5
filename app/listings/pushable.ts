/** Listings that pushes are responsible for at all, as a condition on "Listing" l. Pure: pushes, previews and effects share it. */
export const PUSHABLE_SQL = `l."variantId" IS NOT NULL AND NOT l.excluded AND l."removedAt" IS NULL AND l."unmanagedBecause" IS NULL
  AND l."remoteState" <> 'ended'`;
