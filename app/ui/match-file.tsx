/** A file of matches: chosen or pasted, checked, and approved once its effect was seen. */
import { useFetcher } from "@remix-run/react";
import { BlockStack, Button, Card, Checkbox, DropZone, InlineStack, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { approvalText } from "#app/changes/effect.ts";
import { CSV_CHARACTERS_MAX, CSV_TOO_LONG, decodeCsv } from "#app/listings/csv-text.ts";
import { useAction } from "./action-button.tsx";
import { type MatchReply, TrialResult } from "./match-trial.tsx";
import { NotSaved } from "./not-saved.tsx";

export function MatchFile() {
  const [csv, setCsv] = useState("");
  const [name, setName] = useState<string | null>(null);
  const [rematches, setRematches] = useState(false);
  const [fileError, setFileError] = useState<string | null>(null);
  /** What was checked: what is changed since is checked again. */
  const [checked, setChecked] = useState<string | null>(null);
  const check = useFetcher<MatchReply>();
  const save = useAction();
  const sent = JSON.stringify([csv, rematches]);
  const reply = checked === sent && check.state === "idle" ? check.data : undefined;
  const trial = reply && "trial" in reply && reply.ok ? reply.trial : null;
  const error = fileError ?? (reply && !reply.ok ? (reply.errors?.csv ?? reply.message) : null);

  useEffect(() => {
    if (!save.reply?.ok) return;
    setCsv("");
    setName(null);
    setChecked(null);
  }, [save.reply]);

  const choose = async (files: File[]): Promise<void> => {
    const [file] = files;
    if (!file) return;
    setName(file.name);
    const isTooLong = file.size > 2 * CSV_CHARACTERS_MAX;
    const read = isTooLong
      ? { ok: false as const, message: CSV_TOO_LONG }
      : decodeCsv(new Uint8Array(await file.arrayBuffer()));
    setFileError(read.ok ? null : read.message);
    setCsv(read.ok ? read.value : "");
  };
  const submit = (): void => {
    setFileError(csv.length > CSV_CHARACTERS_MAX ? CSV_TOO_LONG : null);
    if (csv.length > CSV_CHARACTERS_MAX) return;
    setChecked(sent);
    check.submit({ intent: "check-matches", csv, rematches: String(rematches) }, { method: "post" });
  };

  return (
    <BlockStack gap="400">
      <Card>
        <BlockStack gap="400">
          <DropZone
            label="CSV file"
            accept=".csv,.tsv,.txt,text/csv"
            type="file"
            allowMultiple={false}
            variableHeight
            onDrop={choose}
          >
            {name ? (
              <DropZone.FileUpload actionTitle="Choose another file" actionHint={name} />
            ) : (
              <DropZone.FileUpload actionTitle="Choose a file" actionHint="or drop it here" />
            )}
          </DropZone>
          <TextField
            label="Or paste its lines"
            value={csv.length > PASTED_SHOWN_MAX ? `${csv.slice(0, PASTED_SHOWN_MAX)}…` : csv}
            disabled={csv.length > PASTED_SHOWN_MAX}
            onChange={(text) => {
              setCsv(text);
              setName(null);
              setFileError(null);
            }}
            multiline={6}
            maxHeight={240}
            monospaced
            autoComplete="off"
            placeholder={"Channel,Listing ID,Shopify SKU\neBay,110555000123,MUG-MOSS"}
            {...(error ? { error } : {})}
          />
          <Checkbox label="Also change listings that are matched already" checked={rematches} onChange={setRematches} />
          <InlineStack gap="300" blockAlign="center">
            <Button
              variant={trial ? "secondary" : "primary"}
              loading={check.state !== "idle"}
              onClick={submit}
              disabled={csv.trim() === ""}
            >
              Check the file
            </Button>
            <Text as="span" tone="subdued">
              Nothing is saved yet.
            </Text>
          </InlineStack>
        </BlockStack>
      </Card>
      {save.reply && !save.reply.ok && !save.busy ? <NotSaved why={save.reply.message} /> : null}
      {trial ? (
        <TrialResult
          trial={trial}
          busy={save.busy}
          onApprove={() =>
            save.submit({
              intent: "save-matches",
              csv,
              rematches: String(rematches),
              approved: approvalText(trial.effect),
            })
          }
        />
      ) : null}
      {save.question}
    </BlockStack>
  );
}

/** A long text makes a field of the browser slow; it is sent all the same. */
const PASTED_SHOWN_MAX = 100_000;
