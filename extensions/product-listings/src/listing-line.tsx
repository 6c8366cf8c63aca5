/** One listing in the block: what it shows against what it should, how it stands, and what can be done. */
import type { Act, ListingRow } from "./reply.ts";
import { agoText } from "./summary.ts";

export function ListingLine({
  row,
  busy,
  disabled,
  onPress,
}: {
  row: ListingRow;
  /** What was pressed here and is under way. */
  busy: Act | null;
  disabled: boolean;
  onPress(act: Act): void;
}) {
  const { i18n } = shopify;
  const buttons: { act: Act; may: boolean }[] = [
    { act: "push", may: row.mayPush },
    { act: "pause", may: row.mayPause },
    { act: "resume", may: row.mayResume },
  ];
  return (
    <s-stack direction="inline" justifyContent="space-between" alignItems="center" gap="small-200">
      <s-stack gap="none">
        <s-stack direction="inline" gap="small-200" alignItems="center">
          <s-link href={`app:/app/listings/${row.id}`}>{row.channel}</s-link>
          <s-badge tone={row.tone}>{i18n.translate(`status.${row.status}`)}</s-badge>
        </s-stack>
        <s-text color="subdued">
          {[row.sku ?? row.title, quantities(row), pushed(row)].filter(Boolean).join(" · ")}
        </s-text>
        {row.problem ? <s-text tone="critical">{row.problem}</s-text> : null}
      </s-stack>
      <s-stack direction="inline" gap="small-200">
        {buttons.map(({ act, may }) =>
          may ? (
            <s-button
              key={act}
              variant="tertiary"
              loading={busy === act}
              disabled={disabled && busy !== act}
              accessibilityLabel={i18n.translate(`act.${act}.of`, {
                listing: `${row.channel} ${row.sku ?? row.title}`,
              })}
              onClick={() => onPress(act)}
            >
              {i18n.translate(`act.${act}.label`)}
            </s-button>
          ) : null,
        )}
      </s-stack>
    </s-stack>
  );
}

function quantities({ shows, shouldShow }: ListingRow): string {
  const { i18n } = shopify;
  if (shouldShow === null) return shows === null ? "" : i18n.translate("row.shows", { shows });
  if (shows === shouldShow) return i18n.translate("row.shows", { shows });
  return i18n.translate("row.should", { shows: shows ?? "?", shouldShow });
}

function pushed({ pushedAt }: ListingRow): string {
  return pushedAt ? shopify.i18n.translate("row.pushed", { ago: agoText(pushedAt, Date.now()) }) : "";
}
