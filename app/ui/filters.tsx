/** Filters in the address, so that a filtered list can be reloaded, shared and gone back to. */
import { useLocation, useNavigation, useSearchParams } from "@remix-run/react";
import { Box, Button, InlineStack, Select, TextField } from "@shopify/polaris";
import { useEffect, useRef, useState } from "react";

const TYPING_MS = 300;
/** Where in the list somebody is: another list begins at its beginning. */
const PLACES = ["after", "before"];

export interface ChoiceFilter {
  name: string;
  label: string;
  options: { label: string; value: string }[];
}

export interface FiltersProps {
  search?: { label: string; placeholder: string };
  choices: ChoiceFilter[];
  days?: { name: string; label: string }[];
}

export function Filters({ search, choices, days = [] }: FiltersProps) {
  const [shown, setQuery] = useSearchParams();
  const { pathname } = useLocation();
  const { location: coming } = useNavigation();
  // What was chosen while the list before is still on its way is chosen beside that, not instead of it.
  const query = coming?.pathname === pathname ? new URLSearchParams(coming.search) : shown;
  const chosen = useRef(query);
  chosen.current = query;
  const [typed, setTyped] = useState(query.get("search") ?? "");
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);

  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(chosen.current);
    if (value === "") next.delete(name);
    else next.set(name, value);
    for (const place of PLACES) next.delete(place);
    setQuery(next, { replace: true, preventScrollReset: true });
  };
  const type = (value: string): void => {
    setTyped(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => set("search", value.trim()), TYPING_MS);
  };
  const names = ["search", ...choices.map((choice) => choice.name), ...days.map((day) => day.name)];
  const filtered = names.some((name) => query.get(name));
  const clear = (): void => {
    setTyped("");
    clearTimeout(timer.current);
    const others = [...chosen.current].filter(([name]) => !names.includes(name) && !PLACES.includes(name));
    setQuery(new URLSearchParams(others), { replace: true });
  };

  return (
    <search>
      <Box padding="300">
        <InlineStack gap="200" blockAlign="end">
          {search ? (
            // With days too, one row holds no more.
            <div style={{ flex: days.length > 0 ? "1 1 100%" : "1 1 14rem" }}>
              <TextField
                label={search.label}
                name="search"
                labelHidden
                placeholder={search.placeholder}
                value={typed}
                onChange={type}
                autoComplete="off"
                clearButton
                onClearButtonClick={() => type("")}
                type="search"
              />
            </div>
          ) : null}
          {choices.map((choice) => (
            <div key={choice.name} style={{ flex: "0 1 auto", minWidth: "9rem" }}>
              <Select
                label={choice.label}
                name={choice.name}
                labelInline
                options={[{ label: "All", value: "" }, ...choice.options]}
                value={query.get(choice.name) ?? ""}
                onChange={(value) => set(choice.name, value)}
              />
            </div>
          ))}
          {days.length > 0 ? (
            // Together, also where the rest wraps.
            <div style={{ display: "flex", gap: "var(--p-space-200)" }}>
              {days.map((day) => (
                <div key={day.name} style={{ flex: "0 1 9.5rem" }}>
                  <TextField
                    label={day.label}
                    name={day.name}
                    type="date"
                    value={query.get(day.name) ?? ""}
                    onChange={(value) => set(day.name, value)}
                    autoComplete="off"
                  />
                </div>
              ))}
            </div>
          ) : null}
          {filtered ? (
            <Button variant="plain" onClick={clear}>
              Clear filters
            </Button>
          ) : null}
        </InlineStack>
      </Box>
    </search>
  );
}
