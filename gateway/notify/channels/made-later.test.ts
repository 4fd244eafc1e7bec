import { expect, it } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { LookoutError } from "../../base/errors.ts";
import { createLog } from "../../ops/log/log.ts";
import { Parts } from "../../ops/parts.ts";
import { accepted, type Channel } from "./channel.ts";
import { addChannel } from "./made-later.ts";

const log = createLog("silent");

it("messages wait for a channel whose secret is not there yet, and it is made once", async () => {
	const parts = new Parts(new ManualClock(), log, { goesOn: true, onFault: () => {} });
	const channels: Record<string, Channel> = {};
	let secret: string | undefined;
	let made = 0;
	const build = (): Channel => {
		if (secret === undefined) throw new LookoutError("LK0101", "the secret file cannot be read");
		made++;
		return { send: async () => accepted("sent") };
	};
	await addChannel("email", () => parts.made("email", build, "it is tried again"), channels);
	const send = () => channels["email"]?.send({} as never, undefined, AbortSignal.timeout(1000));
	expect(await send()).toMatchObject({ kind: "retry", detail: expect.stringContaining("LK0101") });
	secret = "there now";
	expect(await Promise.all([send(), send(), send()])).toEqual(Array(3).fill(accepted("sent")));
	expect([made, parts.faults]).toEqual([1, []]);
});
