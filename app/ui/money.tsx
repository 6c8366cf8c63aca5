/** An amount as the database has it: a decimal string, never a float. */
export function Money({ amount, currency }: { amount: string; currency: string }) {
  return (
    <>
      {amount} {currency}
    </>
  );
}
