import { type CryptoKey, FlattenedSign, flattenedVerify, importJWK } from "jose";

/**
 * Signed messages between a tower and its centre. A message stays the JSON object that it is, and anybody can read it;
 * its last member, `jws`, is a detached signature (RFC 7515 appendix F, Ed25519 of RFC 8037) over the bytes before it.
 * The protected header says who signs, for which topic, in which epoch (one for each start of a gateway, rising) and as
 * which message of it: what was said once cannot be said again by somebody else, nor on another's topic.
 */

/** A gateway's own key and the epoch of this start. */
export interface Identity {
	/** The tower's id, or the centre's. */
	name: string;
	/** Ed25519, private. */
	key: CryptoKey;
	/** Rises with each start. */
	epoch: number;
}

/** Where somebody stands on a topic: what is not newer has been said before. */
export interface Heard {
	epoch: number;
	seq: number;
}

/** What was heard last on each topic, kept over a restart. */
export interface HeardStore {
	get(topic: string): Promise<Heard | undefined>;
	set(topic: string, heard: Heard): void;
}

export type Trust =
	| { trusted: true /** The first word of another start of that gateway. */; newEpoch: boolean }
	| { trusted: false; why: "noKey" | "unsigned" | "wrong" | "repeated" };

const ALG = "EdDSA";
const TAIL = /,"jws":"([A-Za-z0-9_-]{1,1000})\.\.([A-Za-z0-9_-]{1,200})"\}$/;

/** A public key as it stands in a configuration: the 32 bytes of Ed25519, base64url. Throws when it is none. */
export async function publicKey(x: string): Promise<CryptoKey> {
	return (await importJWK({ kty: "OKP", crv: "Ed25519", x }, ALG)) as CryptoKey;
}

/** Signs what this gateway says, each topic counted by itself. */
export class Sealer {
	readonly #identity: Identity;
	readonly #counts = new Map<string, number>();

	constructor(identity: Identity) {
		this.#identity = identity;
	}

	async seal(topic: string, body: object): Promise<string> {
		const { name, key, epoch } = this.#identity;
		const seq = (this.#counts.get(topic) ?? 0) + 1;
		this.#counts.set(topic, seq);
		const text = JSON.stringify(body);
		const header = { alg: ALG, kid: name, topic, epoch, seq };
		const { protected: head, signature } = await new FlattenedSign(new TextEncoder().encode(text))
			.setProtectedHeader(header)
			.sign(key);
		return `${text.slice(0, -1)},"jws":"${head}..${signature}"}`;
	}
}

/** Looks at what others say: whose word it is, and whether it was said before. */
export class Opener {
	readonly #keys: Map<string, Promise<CryptoKey>>;
	readonly #store: HeardStore;
	readonly #heard = new Map<string, Promise<Heard | undefined>>();

	/** Public keys by name; see {@link publicKey}. */
	constructor(keys: Record<string, string>, store: HeardStore) {
		this.#keys = new Map(Object.entries(keys).map(([name, x]) => [name, publicKey(x)]));
		for (const key of this.#keys.values()) key.catch(() => {}); // said when it is asked for
		this.#store = store;
	}

	/**
	 * Whether a message on a topic is the word of `name`. `text` is the message as it came; what is not newer than what
	 * was trusted before is `repeated`. One after the other for a topic.
	 */
	async verify(topic: string, name: string, text: string): Promise<Trust> {
		const key = this.#keys.get(name);
		if (!key) return { trusted: false, why: "noKey" };
		const tail = TAIL.exec(text);
		if (!tail) return { trusted: false, why: "unsigned" };
		const header = await verified(text, tail, key);
		const { epoch, seq } = header ?? {};
		if (header?.["topic"] !== topic || !isCount(epoch) || !isCount(seq)) return { trusted: false, why: "wrong" };
		const last = await this.#last(topic);
		if (last && (epoch < last.epoch || (epoch === last.epoch && seq <= last.seq)))
			return { trusted: false, why: "repeated" };
		const now = { epoch, seq };
		this.#heard.set(topic, Promise.resolve(now));
		this.#store.set(topic, now);
		return { trusted: true, newEpoch: epoch !== last?.epoch };
	}

	#last(topic: string): Promise<Heard | undefined> {
		let heard = this.#heard.get(topic);
		if (!heard) {
			heard = this.#store.get(topic);
			this.#heard.set(topic, heard);
		}
		return heard;
	}
}

/** The header that a key has signed with a message; undefined where it has not. */
async function verified(
	text: string,
	[whole, head = "", signature = ""]: RegExpExecArray,
	key: Promise<CryptoKey>,
): Promise<Record<string, unknown> | undefined> {
	const payload = Buffer.from(`${text.slice(0, -whole.length)}}`).toString("base64url");
	try {
		const signed = { payload, protected: head, signature };
		const { protectedHeader } = await flattenedVerify(signed, await key, { algorithms: [ALG] });
		return protectedHeader as Record<string, unknown> | undefined;
	} catch {
		return undefined;
	}
}

function isCount(value: unknown): value is number {
	return Number.isSafeInteger(value) && (value as number) > 0;
}
