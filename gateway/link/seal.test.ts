import { type CryptoKey, exportJWK, generateKeyPair } from "jose";
import { describe, expect, it } from "vitest";
import { type Heard, type Identity, Opener, Sealer } from "./seal.ts";

const TOPIC = "fw/1/t1/up";

async function identity(name: string, epoch = 100): Promise<{ own: Identity; x: string }> {
	const { privateKey, publicKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
	return { own: { name, key: privateKey as CryptoKey, epoch }, x: (await exportJWK(publicKey)).x ?? "" };
}
function memory() {
	const heard = new Map<string, Heard>();
	return {
		get: async (topic: string) => heard.get(topic),
		set: (topic: string, at: Heard) => void heard.set(topic, at),
	};
}

describe("a signed message", () => {
	it("is the JSON that it was, and is trusted once: whoever keeps it cannot say it again, also after a restart of both", async () => {
		const { own, x } = await identity("t1");
		const store = memory();
		const sealer = new Sealer(own);
		const text = await sealer.seal(TOPIC, { id: "m1", what: "火" });
		expect(JSON.parse(text)).toMatchObject({ id: "m1", what: "火" });
		const opener = new Opener({ t1: x }, store);
		expect(await opener.verify(TOPIC, "t1", text)).toEqual({ trusted: true, newEpoch: true });
		expect(await opener.verify(TOPIC, "t1", text)).toEqual({ trusted: false, why: "repeated" });
		const second = await sealer.seal(TOPIC, { id: "m2" });
		expect(await opener.verify(TOPIC, "t1", second)).toEqual({ trusted: true, newEpoch: false });
		const restarted = new Opener({ t1: x }, store);
		expect(await restarted.verify(TOPIC, "t1", text)).toEqual({ trusted: false, why: "repeated" });
		const next = await new Sealer({ ...own, epoch: 101 }).seal(TOPIC, { id: "m3" });
		expect(await restarted.verify(TOPIC, "t1", next)).toEqual({ trusted: true, newEpoch: true });
		// what was kept of the start before
		expect(await restarted.verify(TOPIC, "t1", await sealer.seal(TOPIC, { id: "m4" }))).toEqual({
			trusted: false,
			why: "repeated",
		});
	});

	it("counts on its own topic, from its own gateway, as it was signed, and not otherwise", async () => {
		const [one, other] = [await identity("t1"), await identity("t2")];
		const opener = new Opener({ t1: one.x, t2: other.x }, memory());
		const text = await new Sealer(one.own).seal(TOPIC, { id: "m1", ok: false });
		const untrusted = async (topic: string, name: string, said: string) => {
			const trust = await opener.verify(topic, name, said);
			return trust.trusted ? "trusted" : trust.why;
		};
		expect(await untrusted("fw/1/t1/down", "t1", text)).toBe("wrong");
		expect(await untrusted("fw/1/t2/up", "t2", text)).toBe("wrong");
		expect(await untrusted(TOPIC, "t3", text)).toBe("noKey");
		expect(await untrusted(TOPIC, "t1", text.replace("false", "true "))).toBe("wrong");
		expect(await untrusted(TOPIC, "t1", text.replace('{"id"', '{"ok":true,"id"'))).toBe("wrong");
		expect(await untrusted(TOPIC, "t1", '{"id":"m1","ok":false}')).toBe("unsigned");
		expect(await untrusted(TOPIC, "t1", '{"id":"m1","jws":"eyJhbGciOiJub25lIn0.."}')).toBe("unsigned");
		const none = Buffer.from(JSON.stringify({ alg: "none", topic: TOPIC, epoch: 1, seq: 1 })).toString("base64url");
		expect(await untrusted(TOPIC, "t1", `{"id":"m1","jws":"${none}..AAAA"}`)).toBe("wrong");
		expect(await untrusted(TOPIC, "t1", text)).toBe("trusted");
	});

	it("of one who has no key that can be read is not trusted, and nothing is thrown", async () => {
		const { own } = await identity("t1");
		const opener = new Opener({ t1: "A".repeat(10) }, memory());
		expect(await opener.verify(TOPIC, "t1", await new Sealer(own).seal(TOPIC, {}))).toEqual({
			trusted: false,
			why: "wrong",
		});
	});
});
