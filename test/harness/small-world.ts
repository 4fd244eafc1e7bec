import { execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditAll, papersBetween } from "../../gateway/app/papers.ts";
import { openStores } from "../../gateway/app/tower-data.ts";
import { SystemClock } from "../../gateway/base/clock.ts";
import type { Push } from "../../gateway/sim/phones.ts";
import { login, Simulation } from "../../gateway/sim/simulation.ts";
import { certificateFile, freePort, type Gateway, startGateway } from "./harness.ts";

export interface SmallWorldOptions {
	cameras: boolean;
	seed?: number;
	/** Seconds for each step of the ladder. */
	ladder?: { village: number; township: number; county: number };
	/** Gives the gateway's data a disk of its own of this size, which can be filled and made read-only. Needs root. */
	diskMiB?: number;
}

/** Whether this machine lets us mount a disk of our own. */
export function canMount(): boolean {
	const folder = mkdtempSync(join(tmpdir(), "lookout-mount-"));
	try {
		execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], { stdio: "ignore" });
		execFileSync("umount", [folder]);
		return true;
	} catch {
		return false;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

export const KEYFRAME_S = 2;

/** The small world in a folder of its own, and a gateway that can be started, killed and started again. */
export class SmallWorld {
	readonly folder: string;
	readonly simulation: Simulation;
	readonly ports: { broker: number; console: number };
	/** By how much the tower's clock was set, ms. */
	clockMs = 0;
	/** Every push about an incident, in order of arrival. */
	readonly pushes: { person: string; push: Push; at: number }[] = [];
	#gateway: Gateway | undefined;
	#cookie = "";
	#ownDisk = false;
	#fillers = 0;

	static async open(options: SmallWorldOptions): Promise<SmallWorld> {
		const world = new SmallWorld(options, { broker: await freePort(), console: await freePort() });
		if (options.diskMiB) {
			mkdirSync(world.data, { recursive: true });
			execFileSync("mount", ["-t", "tmpfs", "-o", `size=${options.diskMiB}m`, "tmpfs", world.data]);
			world.#ownDisk = true;
		}
		await world.simulation.start();
		return world;
	}

	/** The gateway's data. */
	get data(): string {
		return join(this.folder, "var");
	}

	/** Makes the data's own disk read-only, or writable again. */
	remount(how: "ro" | "rw"): void {
		execFileSync("mount", ["-o", `remount,${how}`, this.data]);
	}

	/** Fills the data's own disk to the last byte; `emptyDisk` gives the room back. */
	fillDisk(): void {
		const file = openSync(join(this.data, `filler-${this.#fillers++}`), "w");
		try {
			for (const size of [1 << 20, 4096, 1]) for (;;) if (writeSync(file, Buffer.alloc(size)) < size) break;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
		} finally {
			closeSync(file);
		}
		try {
			writeFileSync(join(this.data, `filler-${this.#fillers++}`), Buffer.alloc(1 << 16));
			this.fillDisk();
		} catch {
			// not a page is left
		}
	}

	emptyDisk(): void {
		for (const name of readdirSync(this.data)) if (name.startsWith("filler-")) rmSync(join(this.data, name));
	}

	private constructor(options: SmallWorldOptions, ports: { broker: number; console: number }) {
		this.folder = mkdtempSync(join(tmpdir(), "lookout-small-world-"));
		this.ports = ports;
		this.simulation = new Simulation({
			seed: options.seed ?? 5,
			folder: this.folder,
			clock: new SystemClock(),
			fps: 4,
			keyframeSeconds: KEYFRAME_S,
			pastMinutes: options.cameras ? 30 : 0,
			periodS: 5,
			cameras: options.cameras,
			ports,
			ladder: Object.entries(options.ladder ?? { village: 0, township: 600, county: 1200 }).map(([level, afterS]) => ({ level, afterS })),
			onPush: (phone, push) => push.incidentId !== "" && this.pushes.push({ person: phone.person, push, at: Date.now() }),
		});
	}

	/** Starts the gateway as a process of its own; it ends itself at the named fail point, if one is given. */
	async start(failPoint?: string, env: Record<string, string> = {}): Promise<Gateway> {
		this.#gateway = await startGateway(this.simulation.configFile, {
			NODE_EXTRA_CA_CERTS: certificateFile(this.folder, this.simulation.phones.certificate),
			...(failPoint ? { LOOKOUT_FAIL_POINT: failPoint } : {}),
			...env,
		});
		if (this.#gateway.password) this.#cookie = await login(this.#gateway.consoleUrl, "duty", this.#gateway.password);
		return this.#gateway;
	}

	/** The duty officer's session; it outlives a restart of the gateway. */
	get cookie(): string {
		return this.#cookie;
	}

	async get(path: string): Promise<unknown> {
		const response = await fetch(`${this.#gateway?.consoleUrl}${path}`, { headers: { cookie: this.#cookie } });
		if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
		return response.json();
	}

	async enrol(person: string): Promise<void> {
		await this.simulation.enrol(person, this.#gateway?.consoleUrl ?? "", this.#cookie);
	}

	/** Ends the world. Fails the test when anybody was told, or not told, what the ledger does not explain. */
	async stop(): Promise<void> {
		this.#gateway?.child.kill("SIGKILL");
		await this.#gateway?.ended;
		await this.simulation.stop();
		const unexplained = await unexplainedIn(join(this.folder, "var/lookout.db"), this.pushes, Date.now() + this.clockMs);
		if (this.#ownDisk) execFileSync("umount", [this.data]);
		rmSync(this.folder, { recursive: true, force: true });
		if (unexplained.length > 0) throw new Error(`messages that nothing explains:\n${unexplained.join("\n")}`);
	}
}

/** Pushes that no message in a gateway's outbox stands behind, and what the audit finds between ledger, steps and messages. */
export async function unexplainedIn(file: string, pushes: SmallWorld["pushes"] = [], now = Date.now()): Promise<string[]> {
	if (!existsSync(file)) return [];
	const { db, judgements, outbox } = await openStores(file);
	try {
		const papers = await papersBetween(judgements, outbox, 0, Number.MAX_SAFE_INTEGER);
		const known = new Map(papers.flatMap((p) => p.deliveries).map((d) => [d.id, d.personId]));
		const strange = pushes.filter((p) => known.get(p.push.delivery) !== p.person).map((p) => `a push to ${p.person}: ${p.push.body}`);
		return [...strange, ...auditAll(papers, now).map((d) => `${d.incidentId}: ${d.what}`)];
	} finally {
		await db.close();
	}
}
