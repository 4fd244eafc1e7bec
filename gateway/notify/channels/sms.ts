import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { phrase } from "../../base/say.ts";
import { localTime } from "../../base/time-zone.ts";
import type { Delivery } from "../../model/delivery.ts";
import { type AliyunAccess, callAliyun, dialledHere, outcomeOf } from "./aliyun.ts";
import { accepted, type Channel, type Outcome, type Reply, unsure } from "./channel.ts";

export interface SmsOptions extends AliyunAccess {
	/** Approved signature and template; the template has the variables `text`, `link` and `code`. */
	signName: string;
	templateCode: string;
}

const ASKED_BACK_MS = 3_600_000;
/** Day as the service writes it, which keeps Beijing's time wherever the tower stands. */
const dayOf = (ms: number) => localTime(ms, "Asia/Shanghai").slice(0, 10).replaceAll("-", "");

/**
 * SMS through Aliyun's API (SendSms). An outcome is that of the submission; the receipt comes later, or is asked for.
 */
export class SmsChannel implements Channel {
	readonly #options: SmsOptions;
	readonly #clock: Clock;
	readonly #random: Random;

	constructor(options: SmsOptions, clock: Clock, random: Random) {
		this.#options = options;
		this.#clock = clock;
		this.#random = random;
	}

	async send(delivery: Delivery, reply: Reply | undefined, signal: AbortSignal): Promise<Outcome> {
		const { signName, templateCode } = this.#options;
		const values = { text: delivery.message.short, link: reply?.link ?? "", code: reply?.code ?? "" };
		const parameters = {
			Action: "SendSms",
			PhoneNumbers: dialledHere(delivery.address),
			SignName: signName,
			TemplateCode: templateCode,
			TemplateParam: JSON.stringify(values),
			OutId: delivery.id,
		};
		const answer = await callAliyun(this.#options, parameters, this.#at(), signal);
		return "kind" in answer ? answer : outcomeOf(answer, "BizId");
	}

	/** Looks for our own mark among what the service sent to the number on that day. */
	async check(delivery: Delivery, signal: AbortSignal): Promise<Outcome | undefined> {
		const now = this.#clock.now();
		// shortly after midnight it may have gone out on the day before
		for (const day of new Set([dayOf(now), dayOf(now - ASKED_BACK_MS)])) {
			const parameters = {
				Action: "QuerySendDetails",
				PhoneNumber: dialledHere(delivery.address),
				SendDate: day,
				PageSize: "50",
				CurrentPage: "1",
			};
			const answer = await callAliyun(this.#options, parameters, this.#at(), signal);
			// as long as nobody can say, it stays unsure and is not sent again
			if ("kind" in answer) return unsure(phrase("attempt.asking", { why: [answer.detail] }));
			if (answer.body["Code"] !== "OK") return unsure(phrase("attempt.asking", { why: String(answer.body["Code"]) }));
			const details = answer.body["SmsSendDetailDTOs"] as
				| { SmsSendDetailDTO?: { OutId?: string; SendStatus?: number }[] }
				| undefined;
			const own = details?.SmsSendDetailDTO?.find((d) => d.OutId === delivery.id);
			if (own) return accepted(phrase("attempt.known", { status: own.SendStatus }));
		}
		return undefined;
	}

	#at(): { now: number; nonce: string } {
		return { now: this.#clock.now(), nonce: this.#random.uuid() };
	}
}
