import type { Delivery } from "../../gateway/model/delivery.ts";

/** What people are told in tests of the way out. */
const message = {
	title: "疑似林火",
	body: "双河镇1村",
	short: "疑似林火",
	confirmed: false,
	incidentId: "FF-1",
	kind: "fire",
	status: "exercise",
	state: "detected",
	at: 0,
} as const;
export const delivery = (id: string, channel: string, address = "a", personId?: string): Delivery => {
	return {
		id,
		incidentId: "FF-1",
		key: id,
		channel,
		address,
		lane: "alarm",
		message,
		createdAt: 0,
		...(personId ? { personId } : {}),
	};
};
