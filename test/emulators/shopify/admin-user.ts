/** The one person who uses the emulated admin. */
export const ADMIN_USER = {
  id: 902541635,
  first_name: "Robin",
  last_name: "Hale",
  email: "robin@lockstep-demo.example",
  account_owner: true,
  locale: "en",
  collaborator: false,
  email_verified: true,
} as const;
