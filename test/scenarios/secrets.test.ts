import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { freePort, startGateway, until } from "../harness/harness.ts";
import { login } from "../harness/log-in.ts";

const CASE = join(import.meta.dirname, "../fixtures/cases/password-in-log.yaml");
/** A slash, a blank and an @ in a camera's password as they should be written; the case has them as people do. */
const OWN = [
	"tower: {id: t1, name: 塔, lat: 29.53, lon: 108.77}",
	"broker: {port: 21302}",
	"console: {port: 21301, viewerPassword: viewerpw1}",
	"cameras:",
	...["S3cr3t%2FPass", "S3cr3t%20Pass", "S3cr3t%40Pass"].map(
		(password, i) =>
			`  - {id: c${i}, name: c${i}, source: {type: rtsp, url: "rtsp://admin:${password}@127.0.0.1:21555/x"}, lat: 29.53, lon: 108.77, heightM: 800, azimuthDeg: 0, fovDeg: 60}`,
	),
	"",
].join("\n");

/** What all processes below this one were started with. */
function argvs(): string {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.map((pid) => {
			try {
				return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
			} catch {
				return ""; // it has ended
			}
		})
		.filter((line) => /rtsp|ffmpeg|lookout/.test(line))
		.join("\n");
}

it.each<[string, string]>([
	["of our own", OWN],
	["that went wrong", readFileSync(CASE, "utf8")],
])(
	"a camera's password %s stands in no log, on no page and in no argument of a process",
	async (_, text) => {
		const folder = mkdtempSync(join(tmpdir(), "lookout-secrets-"));
		const file = join(folder, "lookout.yaml");
		writeFileSync(file, text.replace("21302", String(await freePort())).replace("21301", String(await freePort())));
		const checked = await startGateway(file);
		try {
			const seen: string[] = [];
			// one that is refused says why, and not with what
			expect(checked.consoleUrl === "").toBe(text !== OWN);
			if (checked.consoleUrl === "") seen.push(checked.output());
			else {
				const cookies = [
					await login(checked.consoleUrl, "duty", checked.password ?? ""),
					await login(checked.consoleUrl, "viewer", "viewerpw1"),
				];
				const ask = async (path: string, cookie: string) =>
					(await fetch(`${checked.consoleUrl}${path}`, { headers: { cookie } })).text();
				await until(
					async () => {
						seen.push(argvs());
						return /"noPicture"/.test(await ask("/api/state", cookies[0] ?? ""));
					},
					30_000,
					"the cameras to be tried",
				);
				for (const cookie of cookies)
					for (const path of ["/api/state", "/api/health", "/api/cameras"]) seen.push(await ask(path, cookie));
				seen.push(checked.output());
			}
			expect(seen.join("\n").length).toBeGreaterThan(80);
			expect(seen.join("\n")).not.toMatch(/S3cr3t|Pass\b|Pass@/);
		} finally {
			await checked.stop();
			rmSync(folder, { recursive: true, force: true });
		}
	},
	60_000,
);
