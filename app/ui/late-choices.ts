/** Minutes that a merchant may choose from; "": they don't want to hear. */
export const LATE_CHOICES = ["1", "5", "15", "30", "60", "240", ""] as const;

/** Hours before an order is to be shipped; "": they don't want to hear. */
export const SHIP_BY_CHOICES = ["6", "12", "24", "48", "72", ""] as const;
