/** Minutes that a merchant may choose from; "": they don't want to hear. */
export const LATE_CHOICES = ["1", "5", "15", "30", "60", "240", ""] as const;
