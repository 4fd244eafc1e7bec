import { execFileSync, spawnSync } from "node:child_process";
import {
	closeSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	truncateSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { SystemClock } from "../../gateway/base/clock.ts";
import { auditAll, recordsBetween } from "../../gateway/ledger/records.ts";
import type { SimNode } from "../../gateway/sim/node.ts";
import type { Push } from "../../gateway/sim/phones.ts";
import { Simulation } from "../../gateway/sim/simulation.ts";
import { openStores } from "../../gateway/store/open.ts";
import type { OpenApi } from "../check/openapi.ts";
import { ApiContract } from "./api-contract.ts";
import {
	certificateFile,
	FIVE_TIMES,
	forwardUntil,
	freePort,
	type Gateway,
	startGateway,
	TWENTY_TIMES,
} from "./harness.ts";

export interface SmallWorldOptions {
	cameras: boolean;
	/**
	 * Clouds stand still. While a gateway's clock is put forward they would seem to rush, and the edges of a cloud that
	 * rushes look like smoke: how often is measured with the detector, and not by chance where one fire is awaited.
	 */
	stillSky?: boolean;
	/** Pictures that each camera draws in a second; four where nothing is said. */
	fps?: number;
	seed?: number;
	/** Seconds for each step of the ladder. */
	ladder?: { village: number; township: number; county: number };
	/** Seconds in which an end can be undone; none where nothing is said. */
	undoS?: number;
	/** Gives the gateway's data a disk of its own of this size, which can be filled and made read-only. Needs root. */
	diskMiB?: number;
	/** That disk is an ext4 that can be made to fail, as one does whose device loses a block. */
	canFail?: boolean;
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

/** Whether this machine lets us mount an ext4 and make it fail. */
export function canFail(): boolean {
	const folder = mkdtempSync(join(tmpdir(), "lookout-mount-"));
	let disk: FailingDisk | undefined;
	try {
		disk = new FailingDisk(join(folder, "image"), folder, 8);
		disk.fail();
		return true;
	} catch {
		return false;
	} finally {
		disk?.unmount();
		rmSync(folder, { recursive: true, force: true });
	}
}

/**
 * A file with an ext4 in it, which turns read-only at the first error: nothing that is open is asked, and only a repair
 * takes it back.
 */
class FailingDisk {
	readonly #image: string;
	readonly #folder: string;

	constructor(image: string, folder: string, sizeMiB: number) {
		this.#image = image;
		this.#folder = folder;
		writeFileSync(image, "");
		truncateSync(image, sizeMiB << 20);
		execFileSync("mkfs.ext4", ["-q", "-F", image], { stdio: "ignore" });
		this.#mount();
	}

	fail(): void {
		const device = execFileSync("findmnt", ["-n", "-o", "SOURCE", "--mountpoint", this.#folder], {
			encoding: "utf8",
		}).trim();
		writeFileSync(`/sys/fs/ext4/${basename(device)}/trigger_fs_error`, "1");
	}

	/** It takes nothing more and refuses nothing, until `thaw`. */
	freeze(): void {
		execFileSync("fsfreeze", ["--freeze", this.#folder]);
	}

	thaw(): void {
		execFileSync("fsfreeze", ["--unfreeze", this.#folder]);
	}

	/** Nothing may be open on it. */
	repair(): void {
		this.unmount();
		const { status } = spawnSync("e2fsck", ["-f", "-y", this.#image], { stdio: "ignore" });
		if (status === null || status > 1) throw new Error(`e2fsck ended with ${status}`);
		this.#mount();
	}

	unmount(): void {
		execFileSync("umount", [this.#folder], { stdio: "ignore" });
	}

	#mount(): void {
		execFileSync("mount", ["-o", "loop,errors=remount-ro", this.#image, this.#folder], { stdio: "ignore" });
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
	/** Every push about an incident, in order of arrival; `at` by the gateway's clock. */
	readonly pushes: { person: string; push: Push; at: number }[] = [];
	#gateway: Gateway | undefined;
	#api: ApiContract | undefined;
	#cookie = "";
	#ownDisk = false;
	#failing: FailingDisk | undefined;
	readonly #hasCameras: boolean;
	#nodes: Promise<SimNode[]> | undefined;
	#fillers = 0;

	static async open(options: SmallWorldOptions): Promise<SmallWorld> {
		const world = new SmallWorld(options, { broker: await freePort(), console: await freePort() });
		if (options.diskMiB) mkdirSync(world.data, { recursive: true });
		if (options.diskMiB && options.canFail) {
			world.#failing = new FailingDisk(join(world.folder, "disk.ext4"), world.data, options.diskMiB);
		} else if (options.diskMiB) {
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

	/** The data's own disk, where it was asked for as one that can fail. */
	get failing(): FailingDisk {
		if (!this.#failing) throw new Error("this world has no disk that can fail");
		return this.#failing;
	}

	/**
	 * Its sensor nodes, which connect at the first call: a second set of them would be strangers under the same names.
	 */
	nodes(): Promise<SimNode[]> {
		this.#nodes ??= this.simulation.connectNodes(() => this.ports.broker, 3_600_000);
		return this.#nodes;
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
		this.#hasCameras = options.cameras;
		this.simulation = new Simulation({
			seed: options.seed ?? 5,
			folder: this.folder,
			clock: new SystemClock(),
			fps: options.fps ?? 4,
			keyframeSeconds: KEYFRAME_S,
			pastMinutes: options.cameras ? 30 : 0,
			periodS: 5,
			cameras: options.cameras,
			...(options.stillSky ? { skyAt: 0 } : {}),
			ports,
			undoS: options.undoS ?? 0,
			ladder: Object.entries(options.ladder ?? { village: 0, township: 600, county: 1200 }).map(([level, afterS]) => ({
				level,
				afterS,
			})),
			onPush: (phone, push) =>
				push.incidentId !== "" && this.pushes.push({ person: phone.person, push, at: this.now() }),
		});
	}

	/** Starts the gateway as a process of its own; it ends itself at the named fail point, if one is given. */
	async start(failPoint?: string, env: Record<string, string> = {}, through: string[] = []): Promise<Gateway> {
		const aheadMs = this.#gateway?.aheadMs ?? 0;
		const set = {
			NODE_EXTRA_CA_CERTS: certificateFile(this.folder, this.simulation.phones.certificate),
			...(failPoint ? { LOOKOUT_FAIL_POINT: failPoint } : {}),
			...env,
		};
		this.#gateway = await startGateway(this.simulation.configFile, { env: set, through, aheadMs });
		this.#cookie = this.#gateway.cookie ?? this.#cookie;
		return this.#gateway;
	}

	/** The duty officer's session; it outlives a restart of the gateway. */
	get cookie(): string {
		return this.#cookie;
	}

	async get(path: string): Promise<unknown> {
		const response = await fetch(`${this.#gateway?.consoleUrl}${path}`, { headers: { cookie: this.#cookie } });
		if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
		const answer: unknown = await response.json();
		await this.#contract(path, answer);
		return answer;
	}

	/** Throws when an answer is not what the interface's own document says. */
	async #contract(path: string, answer: unknown): Promise<void> {
		if (!this.#api) {
			const headers = { cookie: this.#cookie };
			const document = await fetch(`${this.#gateway?.consoleUrl}/api/openapi.json`, { headers });
			this.#api = new ApiContract((await document.json()) as OpenApi);
		}
		this.#api.check("get", path, answer);
	}

	/** What the gateway's clock says, ms since 1970. */
	now(): number {
		return Date.now() + this.clockMs + (this.#gateway?.aheadMs ?? 0);
	}

	/**
	 * Puts the gateway's clock forward until something is true, slower where there are cameras; see `forwardUntil`.
	 */
	goOn(what: () => boolean | Promise<boolean>, limitMs: number, describe: string | (() => string)): Promise<void> {
		const pace = this.#hasCameras ? FIVE_TIMES : TWENTY_TIMES;
		return forwardUntil(() => (this.#gateway ? [this.#gateway] : []), what, limitMs, describe, pace);
	}

	async enrol(person: string): Promise<void> {
		await this.simulation.enrol(person, this.#gateway?.consoleUrl ?? "", { cookie: this.#cookie });
	}

	/** Ends the world. Fails the test when anybody was told, or not told, what the ledger does not explain. */
	async stop(): Promise<void> {
		this.#gateway?.child.kill("SIGKILL");
		await this.#gateway?.ended;
		await this.simulation.stop();
		this.#failing?.repair();
		const unexplained = await unexplainedIn(join(this.folder, "var/lookout.db"), this.pushes, this.now());
		if (this.#ownDisk) execFileSync("umount", [this.data]);
		this.#failing?.unmount();
		rmSync(this.folder, { recursive: true, force: true });
		if (unexplained.length > 0) throw new Error(`messages that nothing explains:\n${unexplained.join("\n")}`);
	}
}

/**
 * Pushes that no message in a gateway's outbox stands behind, and what the audit finds between ledger, steps and
 * messages.
 */
export async function unexplainedIn(
	file: string,
	pushes: SmallWorld["pushes"] = [],
	now = Date.now(),
): Promise<string[]> {
	if (!existsSync(file)) return [];
	const { db, judgements, outbox } = await openStores(file);
	try {
		const records = await recordsBetween(judgements, outbox, 0, Number.MAX_SAFE_INTEGER);
		const known = new Map(records.flatMap((p) => p.deliveries).map((d) => [d.id, d.personId]));
		const strange = pushes
			.filter((p) => known.get(p.push.delivery) !== p.person)
			.map((p) => `a push to ${p.person}: ${p.push.body}`);
		return [...strange, ...auditAll(records, now).map((d) => `${d.incidentId}: ${d.what}`)];
	} finally {
		await db.close();
	}
}

/** Gives everybody in a world's register the channels that stand there for their id; semicolons between them. */
export function setChannels(folder: string, of: (id: string) => string): void {
	const file = join(folder, "register/people.csv");
	const [header = "", ...rows] = readFileSync(file, "utf8").split("\n");
	const columns = header.split(",");
	const changed = rows.map((row) => {
		if (row === "") return row;
		const cells = row.split(",");
		cells[columns.indexOf("channels")] = of(cells[columns.indexOf("id")] ?? "");
		return cells.join(",");
	});
	writeFileSync(file, [header, ...changed].join("\n"));
}
