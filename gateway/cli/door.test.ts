import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort, until } from "../../test/harness/harness.ts";

const house = join(import.meta.dirname, "../..");
/** Debian's own, which the project's `node` package stands before. */
const OTHER_NODE = ["/usr/bin/node", "/usr/local/bin/node"].find(
	(path) => existsSync(path) && Number(/^v(\d+)/.exec(execFileSync(path, ["-v"], { encoding: "utf8" }))?.[1]) < 24,
);

/** A newcomer's first minute: each thing that may be missing is said in a line, with what to do. */
describe("a clone that is not all there", () => {
	let root: string;
	let running: ChildProcess | undefined;

	beforeEach(() => {
		root = mkdtempSync(join(tmpdir(), "lookout-clone-"));
	});
	afterEach(async () => {
		const ended = running && new Promise((resolve) => running?.once("close", resolve));
		if (running?.exitCode === null) running.kill("SIGKILL");
		if (running?.exitCode === null) await ended;
		running = undefined;
		rmSync(root, { recursive: true });
	});

	/** The door alone, as it stands in a clone. */
	function clone(): string {
		mkdirSync(join(root, "gateway/cli"), { recursive: true });
		for (const file of ["lookout.js", "flags.js"])
			cpSync(join(import.meta.dirname, file), join(root, "gateway/cli", file));
		cpSync(join(house, "package.json"), join(root, "package.json"));
		return join(root, "gateway/cli/lookout.js");
	}
	const call = (program: string, args: string[], env: NodeJS.ProcessEnv = process.env) =>
		new Promise<{ code: unknown; output: string }>((resolve) => {
			execFile(program, args, { timeout: 15_000, env }, (error, stdout, stderr) =>
				resolve({ code: error?.code, output: stdout + stderr }),
			);
		});
	const notSetUp = () => `LK0901 Lookout is not set up in ${root}: run \`bash ${join(root, "deploy/setup.sh")}\`\n`;

	it("says in one line what to run where nobody has set it up", async () => {
		expect(await call(process.execPath, [clone(), "run"])).toEqual({ code: 2, output: notSetUp() });
	});

	it.skipIf(!OTHER_NODE)("says the same to a Node that is too old (skipped where there is none)", async () => {
		const door = clone();
		mkdirSync(join(root, "node_modules"));
		expect(await call(OTHER_NODE ?? "", [door, "run"])).toEqual({ code: 2, output: notSetUp() });
	});

	/** A gateway that runs on a copy of the house without its pages; what it prints. */
	async function start(config: string, env: NodeJS.ProcessEnv = process.env): Promise<() => string> {
		const isPages = (path: string) => path.includes("console/web/dist");
		cpSync(join(house, "gateway"), join(root, "gateway"), { recursive: true, filter: (path) => !isPages(path) });
		for (const name of ["node_modules", "models", "firmware-contracts", "package.json"])
			symlinkSync(join(house, name), join(root, name));
		writeFileSync(join(root, "lookout.yaml"), `tower: { id: t, name: T, lat: 29.5, lon: 108.7 }\n${config}`);
		let said = "";
		running = spawn(process.execPath, [join(root, "gateway/cli/main.ts"), "run", "lookout.yaml"], { cwd: root, env });
		for (const stream of [running.stdout, running.stderr])
			stream?.setEncoding("utf8").on("data", (text) => {
				said += text;
			});
		await until(
			() => /Lookout T: console/.test(said),
			30_000,
			() => `the gateway to start; it said ${said}`,
		);
		return () => said;
	}

	it("runs without ffmpeg and without its pages, and says what to run for each", async () => {
		const camera = '{ id: c, name: c, source: { type: rtsp, url: "rtsp://127.0.0.1:1/x" }, lat: 29.5, lon: 108.7';
		const cameras = `cameras:\n  - ${camera}, heightM: 800, azimuthDeg: 0, fovDeg: 60 }\n`;
		const port = await freePort();
		const said = await start(`broker: { port: 0 }\nconsole: { port: ${port} }\n${cameras}`, { PATH: "/nonexistent" });
		expect(said()).toMatch(
			/LK0801 ffmpeg is not installed, and no camera can be read without it.*Run `bash deploy\/setup.sh`/,
		);
		expect(said()).toMatch(/LK0701 the console's pages are not built: run `bash deploy\/setup.sh`/);
		const page = await fetch(`http://127.0.0.1:${port}/`);
		expect([page.status, await page.text()]).toEqual([503, expect.stringContaining("bash deploy/setup.sh")]);
	}, 60_000);

	it("runs with its ports taken, and names each", async () => {
		const [broker, page] = [await freePort(), await freePort()];
		const held = [broker, page].map((port) => createServer().listen(port, "127.0.0.1"));
		try {
			const said = await start(`broker: { port: ${broker} }\nconsole: { port: ${page} }\n`);
			expect(said()).toMatch(new RegExp(`LK0302 the broker cannot listen on 127.0.0.1:${broker}.*change broker.port`));
			expect(said()).toMatch(
				new RegExp(`LK0701 the console cannot listen on 127.0.0.1:${page}.*EADDRINUSE.*change console.port`),
			);
			// a simulation writes its configuration itself, and says so before it renders anything
			const made = ["simulate", "--port", String(page), "--dir", join(root, "made")];
			const { code, output } = await call(process.execPath, [join(root, "gateway/cli/main.ts"), ...made]);
			expect([code, output]).toEqual([2, expect.stringMatching(/^LK0701 port \d+ .*EADDRINUSE.*\n.*--port 9000/)]);
		} finally {
			for (const server of held) server.close();
		}
	}, 60_000);
});
