/**
 * The block on a product's page: where its variants are listed, what each listing shows and should show, and the buttons
 * to pause one, to resume it, or to send its quantity now. A block has about 300 px before the admin cuts it off, and it
 * can't hide itself: so the most urgent rows, and one sentence where there is nothing to show.
 */
import "@shopify/ui-extensions/preact";
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Answer, act, readListings } from "./backend.ts";
import { ListingLine } from "./listing-line.tsx";
import type { Act, ListingRow, ProductListings } from "./reply.ts";
import { summaryOf } from "./summary.ts";

/** While a number is on its way, it is looked at again: so often, and so many times. */
const LOOK_AGAIN_MS = 3_000;
const LOOKS_MAX = 20;

/** Relative to the app's own pages: the admin opens them inside the app. */
const APP_LISTINGS = "app:/app/listings";

type Shown = { state: "loading" } | Exclude<Answer, { state: "ask" }>;
interface Pressed {
  listing: number;
  act: Act;
}

export default function productListingsBlock(): void {
  render(<ProductListingsBlock />, document.body);
}

function ProductListingsBlock() {
  const { i18n } = shopify;
  const productGid = shopify.data.selected[0]?.id ?? "";
  const [shown, setShown] = useState<Shown>({ state: "loading" });
  const [pressed, setPressed] = useState<Pressed | null>(null);
  const [question, setQuestion] = useState<(Pressed & { message: string }) | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const looks = useRef(0);

  const load = async (): Promise<void> => {
    const answer = await readListings(productGid);
    if (answer.state !== "ask") setShown(answer);
  };
  useEffect(() => void load(), []);

  const isOnItsWay = shown.state === "listings" && shown.product.updating > 0;
  useEffect(() => {
    if (!isOnItsWay || pressed || looks.current >= LOOKS_MAX) return;
    const timer = setTimeout(() => {
      looks.current += 1;
      void load();
    }, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [shown, pressed]);

  const press = async (what: Pressed, approved = false): Promise<void> => {
    setPressed(what);
    setQuestion(null);
    setRefusal(null);
    looks.current = 0;
    const answer = await act({ product: productGid, ...what, approved });
    setPressed(null);
    if (answer.state === "ask") setQuestion({ ...what, message: answer.message });
    // What was shown before is still the best that is known.
    else if (answer.state === "error") setRefusal(answer.message ?? i18n.translate("error.unreachable"));
    else setShown(answer);
  };

  return (
    <s-admin-block heading={i18n.translate("heading")} collapsedSummary={summaryOf(shown, i18n)}>
      <s-stack gap="base">
        {question ? (
          <s-banner tone="warning">
            <s-stack gap="small-200">
              <s-text>{question.message}</s-text>
              <s-stack direction="inline" gap="small-200">
                <s-button onClick={() => void press(question, true)}>{i18n.translate("ask.yes")}</s-button>
                <s-button variant="tertiary" onClick={() => setQuestion(null)}>
                  {i18n.translate("ask.no")}
                </s-button>
              </s-stack>
            </s-stack>
          </s-banner>
        ) : null}
        {refusal ? (
          <s-banner tone="critical">
            <s-text>{refusal}</s-text>
          </s-banner>
        ) : null}
        <Body
          shown={shown}
          pressed={pressed}
          onPress={(row, what) => void press({ listing: row.id, act: what })}
          onRetry={() => {
            setShown({ state: "loading" });
            void load();
          }}
        />
      </s-stack>
    </s-admin-block>
  );
}

function Body({
  shown,
  pressed,
  onPress,
  onRetry,
}: {
  shown: Shown;
  pressed: Pressed | null;
  onPress(row: ListingRow, what: Act): void;
  onRetry(): void;
}) {
  const { i18n } = shopify;
  switch (shown.state) {
    case "loading":
      return <s-spinner accessibilityLabel={i18n.translate("loading")} />;
    case "empty":
      return (
        <s-stack gap="small-200">
          <s-text color="subdued">{i18n.translate("empty")}</s-text>
          <s-link href={APP_LISTINGS}>{i18n.translate("open")}</s-link>
        </s-stack>
      );
    case "no-access":
      return <s-text color="subdued">{i18n.translate("noAccess")}</s-text>;
    case "no-plan":
      return <s-text color="subdued">{i18n.translate("noPlan")}</s-text>;
    case "error":
      return (
        <s-stack gap="small-200">
          <s-text color="subdued">{shown.message ?? i18n.translate("error.unreachable")}</s-text>
          <s-stack direction="inline">
            <s-button onClick={onRetry}>{i18n.translate("error.retry")}</s-button>
          </s-stack>
        </s-stack>
      );
    case "listings":
      return <Listings product={shown.product} pressed={pressed} onPress={onPress} />;
  }
}

function Listings({
  product,
  pressed,
  onPress,
}: {
  product: ProductListings;
  pressed: Pressed | null;
  onPress(row: ListingRow, what: Act): void;
}) {
  const { i18n } = shopify;
  const more = product.listings - product.rows.length;
  return (
    <s-stack gap="small-200">
      {product.rows.map((row) => (
        <ListingLine
          key={row.id}
          row={row}
          busy={pressed?.listing === row.id ? pressed.act : null}
          disabled={pressed !== null}
          onPress={(what) => onPress(row, what)}
        />
      ))}
      <s-link href={APP_LISTINGS}>{more > 0 ? i18n.translate("more", { count: more }) : i18n.translate("open")}</s-link>
    </s-stack>
  );
}
