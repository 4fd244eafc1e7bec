import type { Delivery, Message } from "../../gateway/model/delivery.ts";

/** What tests of channels send. */

export const message: Message = {
	title: "疑似林火",
	body: "请核实，双河镇1村2号网格，青石山塔方位角91°",
	short: "疑似林火 双河镇1村2号网格，请核实",
	confirmed: false,
	incidentId: "FF-1",
	kind: "fire",
	status: "actual",
	state: "detected",
	at: 0,
};
export const delivery = (channel: string, address: string, extra: Partial<Message> = {}): Delivery => ({
	id: "0b6f-d1",
	incidentId: "FF-1",
	key: "k",
	personId: "p1",
	channel,
	address,
	lane: "alarm",
	createdAt: 0,
	message: { ...message, ...extra },
});

export const reply = { link: "https://tower.example/i.html#abcdefgh", code: "482913" };
export const signal = () => AbortSignal.timeout(5000);
