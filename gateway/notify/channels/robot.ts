import type { Clock } from "../../base/clock.ts";
import { phrase } from "../../base/say.ts";
import type { Delivery } from "../../model/delivery.ts";
import { type Channel, failed, type Outcome, type Reply } from "./channel.ts";
import { sendDingtalk } from "./dingtalk.ts";
import { sendFeishu } from "./feishu.ts";
import type { RobotOptions } from "./robot-options.ts";
import { sendWecom } from "./wecom.ts";

const SENDERS = { wecom: sendWecom, dingtalk: sendDingtalk, feishu: sendFeishu };

/** Group robots by name. A group is no place for a person's own link: whoever taps it would answer as that person. */
export class RobotChannel implements Channel {
	readonly #robots: Record<string, RobotOptions>;
	readonly #clock: Clock;

	constructor(robots: Record<string, RobotOptions>, clock: Clock) {
		this.#robots = robots;
		this.#clock = clock;
	}

	async send(delivery: Delivery, _reply: Reply | undefined, signal: AbortSignal): Promise<Outcome> {
		const robot = this.#robots[delivery.address];
		if (!robot) return failed(phrase("attempt.notConfigured", { what: "robot", name: delivery.address }));
		const { title, body } = delivery.message;
		return SENDERS[robot.kind](robot, `${title}\n${body}`, this.#clock.now(), signal);
	}
}
