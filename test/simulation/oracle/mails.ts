/**
 * Rule 10: what needs the merchant is told by mail, once each time that it comes up, to whom they said, and to nobody else;
 * of what is over, or seen to, no mail speaks; that mail can't be sent is shown, until some can.
 */
import type { OutgoingMail } from "#app/mail/mailer.ts";
import { DESK, EVENING, isCutShort, LEFT, STOREMAN, titlesOf } from "../post.ts";
import { type Scene, STAPLES } from "../scene.ts";
import { LOW_STOCK } from "./alerts.ts";
import type { Difference } from "./difference.ts";

const MINUTE_MS = 60_000;
/** From reading what is open to handing the mail over; workers' clocks are as much apart, too. */
const ON_ITS_WAY_MS = 10_000;
/** What happens together is told together, and nobody gets a mail more often than every ten minutes. */
const TOLD_WITHIN_MS = 12 * MINUTE_MS;
/** After a few failures it is tried only minutes later; a mail whose sender died is taken up again after five. */
const TOLD_AFTER_TROUBLE_MS = 30 * MINUTE_MS;
/** The server is unwell for a minute then: it is tried again after one, two and four. */
const DAILY_WITHIN_MS = 9 * MINUTE_MS;
/** What comes up just before the mail of the day may miss it. */
const DAILY_MARGIN_MS = 3 * MINUTE_MS;
/** No mail about mail: it would not leave either. */
const UNMAILED = "mail";
/** In every name, address and number by which the run's buyers are known. */
const BUYERS = /buyer-|2079460018|7946 00|212\D*555/;

interface OpenAlert {
  id: number;
  key: string;
  title: string;
  openedAt: Date;
}

export class Mails {
  private readonly scene: Scene;
  /** By whom, which alert and since when: the mail that told it. */
  readonly #told = new Map<string, string>();

  /** When a SKU that may be low was last not, or another rule was made for it. */
  readonly #notLowMs = new Map<string, number>();
  /** Since when a SKU was low that was mailed, by its alert and whom. */
  readonly #lowSince = new Map<string, number>();

  constructor(scene: Scene) {
    this.scene = scene;
    scene.post.onSending = (mail) => this.#judge(mail);
  }

  noteStock(): void {
    const { scene } = this;
    for (const sku of STAPLES) {
      const { may } = scene.terms.lowAtOf(sku);
      const [lowAt = null] = may;
      if (may.length > 1 || lowAt === null || scene.shown(sku) > lowAt) this.#notLowMs.set(sku, scene.nowMs);
    }
  }

  async #judge(mail: OutgoingMail): Promise<void> {
    const { scene } = this;
    const { to, messageId } = mail;
    // The shop next door has mail of its own, and no alerts that a run looks at.
    if (!WHO.includes(to)) {
      if (to !== scene.neighbour.email) scene.violate(10, `mail goes to ${to}, whom nobody named`);
      return;
    }
    const said = `a mail to ${to} (“${mail.subject}”)`;
    const leak = BUYERS.exec(`${mail.subject}\n${mail.text}`);
    if (leak) scene.violate(10, `${said} names a buyer: ${leak[0]}`);
    const open = await this.#openNow();
    const before = scene.post.sent.findLast((one) => one.mail.messageId === messageId);
    if (before?.outcome.ok && scene.workerFailedMs < before.atMs - ON_ITS_WAY_MS)
      scene.violate(10, `${said} is sent again, though the mail server took it`);
    for (const title of titlesOf(mail)) {
      const about = open.filter((one) => one.title === title && mayHear(to, one.key));
      const news = about.find((one) => [undefined, messageId].includes(this.#told.get(keyOf(to, one))));
      if (about.length === 0) scene.violate(10, `${said} says “${title}”, and nothing of that is open`);
      else if (!news) scene.violate(10, `${said} says “${title}” once more`);
      else {
        if (!this.#told.has(keyOf(to, news))) this.#judgeFall(to, news);
        this.#told.set(keyOf(to, news), messageId);
      }
    }
  }

  /** Once for each fall, not once for each sale. */
  #judgeFall(to: string, { id, key, title, openedAt }: OpenAlert): void {
    if (!key.startsWith(LOW_STOCK)) return;
    const sku = title.split(" ")[0] ?? "";
    const lastMs = this.#lowSince.get(`${to} ${id}`);
    this.#lowSince.set(`${to} ${id}`, openedAt.getTime());
    const notLowMs = this.#notLowMs.get(sku) ?? Number.NEGATIVE_INFINITY;
    if (lastMs !== undefined && notLowMs < lastMs - ON_ITS_WAY_MS)
      this.scene.violate(10, `${to} is told again that ${sku} is low, and it was all the time`);
  }

  /** A moment ago at most. */
  async #openNow(): Promise<OpenAlert[]> {
    const { database, shopId, time } = this.scene.world;
    const since = new Date(this.scene.nowMs - ON_ITS_WAY_MS);
    const recently = (field: "resolvedAt" | "acknowledgedAt") => ({
      OR: [{ [field]: null }, { [field]: { gte: since } }],
    });
    return time.busy(
      database.db.alert.findMany({
        where: { shopId, AND: [recently("resolvedAt"), recently("acknowledgedAt")] },
        select: { id: true, key: true, title: true, openedAt: true },
        orderBy: { id: "asc" },
      }),
    );
  }

  async differences(): Promise<Difference[]> {
    return [...(await this.#untold()), ...(await this.#mailAlert())];
  }

  async #untold(): Promise<Difference[]> {
    const { scene } = this;
    const { database, shopId } = scene.world;
    const waiting = await database.db.alert.findMany({
      where: {
        shopId,
        resolvedAt: null,
        acknowledgedAt: null,
        key: { not: UNMAILED },
        openedAt: { gt: new Date(scene.mailAskedMs + ON_ITS_WAY_MS) },
      },
    });
    const untold = (to: string, alert: OpenAlert) => !this.#told.has(keyOf(to, alert)) && !this.#isCut(to, alert);
    return waiting.flatMap((alert) => {
      const hearers = [
        ...(alert.severity === "info" ? [] : [DESK]),
        ...(this.#shouldHaveBeenDaily(alert) ? [EVENING] : []),
        ...(alert.owner === STOREMAN ? [STOREMAN] : []),
      ];
      return hearers
        .filter((to) => (to === EVENING || this.#isLong(alert)) && untold(to, alert))
        .map((to) => ({
          rule: 10,
          what: `${to} was not mailed “${alert.title}” (${alert.key}), open for ${Math.round((scene.nowMs - alert.openedAt.getTime()) / 1_000)} s`,
          isUntold: false,
        }));
    });
  }

  /** Since something was amiss with the mail, or with who sends it, it takes longer. */
  #isLong({ openedAt }: OpenAlert): boolean {
    const { scene } = this;
    const amissMs = Math.max(scene.post.troubledMs, scene.workerFailedMs);
    const withinMs = amissMs > openedAt.getTime() - TOLD_AFTER_TROUBLE_MS ? TOLD_AFTER_TROUBLE_MS : TOLD_WITHIN_MS;
    return scene.nowMs - openedAt.getTime() > withinMs + 2 * scene.tickMs;
  }

  #shouldHaveBeenDaily({ openedAt }: OpenAlert): boolean {
    const { scene } = this;
    const { dailyMs } = scene;
    const isSendersFault = scene.workerFailedMs > dailyMs - DAILY_MARGIN_MS;
    const withinMs = (isSendersFault ? TOLD_AFTER_TROUBLE_MS : DAILY_WITHIN_MS) + 2 * scene.tickMs;
    return openedAt.getTime() < dailyMs - DAILY_MARGIN_MS && scene.nowMs > dailyMs + withinMs;
  }

  #isCut(to: string, { openedAt }: OpenAlert): boolean {
    return this.scene.post.sent.some(
      ({ mail, atMs }) => mail.to === to && atMs >= openedAt.getTime() - ON_ITS_WAY_MS && isCutShort(mail),
    );
  }

  /** Whoever can't be reached is shown until some mail leaves. */
  async #mailAlert(): Promise<Difference[]> {
    const { scene } = this;
    const { database, shopId } = scene.world;
    const ours = scene.post.sent.filter(({ mail }) => WHO.includes(mail.to));
    const last = ours.findLast(({ outcome }) => outcome.ok || outcome.isFinal);
    if (!last || scene.workerFailedMs > last.atMs - ON_ITS_WAY_MS) return [];
    // Which of two that came at about the same time was stored last nobody can tell.
    const others = ours.filter((one) => one !== last && one.toldMs > last.toldMs - ON_ITS_WAY_MS);
    if (others.some(({ outcome }) => outcome.ok !== last.outcome.ok)) return [];
    const isShown = (await database.db.alert.count({ where: { shopId, key: UNMAILED, resolvedAt: null } })) > 0;
    if (isShown === !last.outcome.ok) return [];
    const what = isShown
      ? "the merchant is told that mail can't be sent, and the last one was"
      : `the merchant is not told that ${last.mail.to} can't be reached`;
    return [{ rule: 10, what, isUntold: false }];
  }
}

const WHO = [DESK, EVENING, LEFT, STOREMAN];

const keyOf = (to: string, { id, openedAt }: OpenAlert): string => `${to} ${id} ${openedAt.getTime()}`;

function mayHear(to: string, key: string): boolean {
  return key !== UNMAILED && (to !== STOREMAN || key.startsWith(LOW_STOCK));
}
