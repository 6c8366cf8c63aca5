/** A screen that could not be shown, inside the app: says so, and offers the next step. */
import { isRouteErrorResponse, useRouteError } from "@remix-run/react";
import { Banner, Card, Page } from "@shopify/polaris";
import { SearchIcon } from "@shopify/polaris-icons";
import { Empty } from "./empty.tsx";
import { TOO_SLOW } from "./too-slow.ts";

export function PageError() {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) {
    return (
      <Page title="This page does not exist">
        <Card>
          <Empty
            icon={SearchIcon}
            heading="What it showed may have been removed"
            action={{ content: "Go to Home", url: "/app" }}
          />
        </Card>
      </Page>
    );
  }
  if (isRouteErrorResponse(error) && error.status === TOO_SLOW.status) {
    return (
      <Page title="This took too long">
        <Banner
          tone="warning"
          title="This page took too long to put together"
          action={{ content: "Try again", onAction: () => window.location.reload() }}
        >
          <p>
            It was stopped, so that it does not hold up the rest. Your listings and orders are not affected. If you
            filtered or searched, try fewer days or another word; else try again in a few minutes.
          </p>
        </Banner>
      </Page>
    );
  }
  return (
    <Page title="Something went wrong">
      <Banner
        tone="critical"
        title="This page can't be shown"
        action={{ content: "Try again", onAction: () => window.location.reload() }}
      >
        <p>
          Your listings and orders are not affected: Lockstep keeps working. If it happens again, wait a minute and try
          once more.
        </p>
      </Banner>
    </Page>
  );
}
