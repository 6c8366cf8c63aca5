/** The PostgreSQL server that tests make their databases on. */
export function testServerUrl(): string {
  return process.env.TEST_DATABASE_URL || "postgresql://postgres@127.0.0.1:5432/postgres";
}
