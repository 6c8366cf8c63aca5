/** Amounts, one for each currency: they are never added up. */
import { Money } from "./money.tsx";

export function Spent({ spent }: { spent: { currency: string; amount: string }[] }) {
  if (spent.length === 0) return <>–</>;
  return (
    <>
      {spent.map(({ currency, amount }, at) => (
        <span key={currency} style={{ whiteSpace: "nowrap" }}>
          {at > 0 ? ", " : ""}
          <Money amount={amount} currency={currency} />
        </span>
      ))}
    </>
  );
}
