import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { encodeJpeg } from "../../base/jpeg.ts";
import { selfSigned } from "../../sim/phones.ts";
import { ask, fetchJpeg, JpegSplitter } from "./http.ts";

const jpeg = Buffer.from(encodeJpeg(new Uint8Array(64 * 64 * 3).fill(90), 64, 64));
const signal = () => AbortSignal.timeout(5_000);
const servers: Server[] = [];

async function serve(
	answer: (request: IncomingMessage, response: ServerResponse) => void,
	tls?: { key: string; cert: string },
): Promise<string> {
	const server = tls ? createHttps(tls, answer) : createServer(answer);
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return `${tls ? "https" : "http"}://admin:p%40ss@127.0.0.1:${(server.address() as AddressInfo).port}/cam?q=1`;
}
afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

/** A camera that lets in who knows the password, reckoned as RFC 7616 §3.4.1 has it. */
function digestCamera(algorithm: string, qop: string) {
	const hash = (text: string) =>
		createHash(/sha-256/i.test(algorithm) ? "sha256" : "md5")
			.update(text)
			.digest("hex");
	const [realm, nonce] = ["motion", "dcd98b7102dd2f0e8b11d0f600bfb0c093"];
	return (request: IncomingMessage, response: ServerResponse) => {
		const given = request.headers.authorization ?? "";
		const field = (name: string) => new RegExp(`\\b${name}="?([^",]*)`).exec(given)?.[1] ?? "";
		const [ha1, ha2] = [hash(`admin:${realm}:p@ss`), hash(`GET:${request.url}`)];
		const parts = qop === "" ? [ha1, nonce, ha2] : [ha1, nonce, field("nc"), field("cnonce"), field("qop"), ha2];
		const isRight =
			given.startsWith("Digest") && field("response") === hash(parts.join(":")) && field("opaque") === "57";
		if (isRight) return response.setHeader("content-type", "image/jpeg").end(jpeg);
		const offer = `Digest realm="${realm}",nonce="${nonce}",opaque="57",${qop === "" ? "" : `qop="${qop}",`}algorithm=${algorithm}`;
		return response.writeHead(401, { "www-authenticate": offer }).end("no");
	};
}

it.each([
	["as libmicrohttpd writes it", "md5", "auth"],
	["MD5", "MD5", "auth"],
	["without qop, as old cameras do", "MD5", ""],
	["SHA-256", "SHA-256", "auth,auth-int"],
])("logs in with Digest %s", async (_name, algorithm, qop) => {
	expect((await fetchJpeg({ url: await serve(digestCamera(algorithm, qop)) }, signal())).equals(jpeg)).toBe(true);
});

it("takes the strongest of what is offered, and never sends the password to who did not ask for it", async () => {
	const seen: (string | undefined)[] = [];
	const camera = digestCamera("SHA-256", "auth");
	const url = await serve((request, response) => {
		seen.push(request.headers.authorization);
		camera(request, response);
	});
	await fetchJpeg({ url }, signal());
	expect(seen[0]).toBeUndefined();
	expect(seen.join(" ")).not.toContain(Buffer.from("admin:p@ss").toString("base64"));
});

it.each([
	[401, undefined, /answered 401/],
	[404, undefined, /answered 404/],
	[200, "text/html", /answered text\/html/],
])("says what is wrong: %s %s", async (status, type, words) => {
	const url = await serve((_request, response) =>
		response.writeHead(status, type ? { "content-type": type } : {}).end("<html>"),
	);
	await expect(fetchJpeg({ url }, signal())).rejects.toThrow(words);
});

it("a certificate that nobody vouches for is taken by its fingerprint, and no other", async () => {
	const tls = selfSigned();
	const url = await serve((_request, response) => void response.end(jpeg), tls);
	await expect(fetchJpeg({ url }, signal())).rejects.toThrow(/self.signed|certificate/i);
	const der = Buffer.from(tls.cert.replace(/-----[^-]+-----|\s/g, ""), "base64");
	const fingerprint = createHash("sha256").update(der).digest("hex");
	expect((await fetchJpeg({ url, fingerprint }, signal())).equals(jpeg)).toBe(true);
	await expect(ask({ url, fingerprint: fingerprint.replace(/^../, "00") }, signal())).rejects.toThrow(
		/certificate is another/,
	);
});

it("cuts pictures out of parts that are not by the book, however the bytes come", () => {
	const found: Buffer[] = [];
	const junk = [
		"--b\r\nContent-Type: image/jpeg\r\n\r\n",
		"\r\n\r\n--b\nContent-length: 99999\n\n",
		"",
		"--wrong boundary--\r\n\r\n",
	];
	const stream = Buffer.concat(junk.flatMap((text) => [Buffer.from(text), jpeg]));
	for (const size of [1, 7, 1000, stream.length]) {
		const splitter = new JpegSplitter((j) => found.push(j));
		for (let at = 0; at < stream.length; at += size) splitter.push(stream.subarray(at, at + size));
	}
	expect(found).toHaveLength(16);
	expect(found.every((j) => j.equals(jpeg))).toBe(true);
	const endless = new JpegSplitter(() => {});
	endless.push(jpeg.subarray(0, jpeg.length - 2));
	expect(() => {
		for (let i = 0; i < 20; i++) endless.push(Buffer.alloc(1 << 20, 1));
	}).toThrow(/LK0401/);
});

it("a picture that comes in a thousand pieces is copied a bounded number of times, and one without end is given up", () => {
	const copied = vi.spyOn(Buffer.prototype, "copy");
	const found: Buffer[] = [];
	const splitter = new JpegSplitter((picture) => found.push(picture));
	const large = Buffer.concat([
		jpeg.subarray(0, 2),
		Buffer.from([0xff, 0xda, 0, 2]),
		Buffer.alloc(2 << 20, 0x33),
		Buffer.from([0xff, 0xd9]),
	]);
	for (let at = 0; at < large.length; at += 1400) splitter.push(large.subarray(at, at + 1400));
	const bytes = copied.mock.results.reduce((sum, r) => sum + Number(r.value), 0);
	copied.mockRestore();
	expect(found).toEqual([large]);
	expect(bytes).toBeLessThan(4 * large.length);
	const endless = large.subarray(0, -2);
	expect(() => {
		for (let i = 0; i < 20; i++) splitter.push(i === 0 ? endless : large.subarray(6, -2));
	}).toThrow(/LK0401/);
});
