import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import type { Service } from "../base/service.ts";
import { SimCamera } from "./camera.ts";
import { writePast } from "./footage.ts";
import { SimNode } from "./node.ts";
import { type Phone, Phones, type Push } from "./phones.ts";
import type { Fire } from "./plume.ts";
import { RtspServer } from "./rtsp.ts";
import { type SmallWorld, smallWorld, writeCounty } from "./world.ts";

export interface SimulationOptions {
	seed: number;
	folder: string;
	clock: Clock;
	fps: number;
	keyframeSeconds: number;
	/** Rendered minutes before the start that the detector finds when it opens its eyes. */
	pastMinutes: number;
	/** Seconds between two analysed frames. */
	periodS: number;
	ports: { broker: number; console: number };
	/** Whether the tower has cameras at all; tests of sensors do without. */
	cameras: boolean;
	/** The moment whose sky stands still over the cameras, ms since 1970; clouds move where nothing is said. */
	skyAt?: number;
	/** How long an end can be undone; a minute where nothing is said. */
	undoS?: number;
	/** Steps of the ladders as they stand in lookout.yaml. */
	ladder: Record<string, unknown>[];
	onPush: (phone: Phone, push: Push) => void;
}

const REGISTER_PARTS = ["people", "teams", "assignments", "roster", "units", "places", "orders", "cards"];

/** Half the analysis size of a 960 x 540 picture. */
const PAST_SIZE = { width: 480, height: 272 };

/** The small world in motion: cameras over RTSP, nodes over MQTT, phones over Web Push, and a fire to order. */
export class Simulation implements Service {
	readonly world: SmallWorld;
	readonly phones: Phones;
	readonly rtsp: RtspServer;
	readonly configFile: string;
	readonly #options: SimulationOptions;
	readonly #cameras: SimCamera[];
	readonly #nodes: SimNode[] = [];
	readonly #fires: Fire[] = [];

	constructor(options: SimulationOptions) {
		this.#options = options;
		this.world = smallWorld(options.seed);
		const { terrain, cameras } = this.world;
		this.#cameras = cameras.map((view) => new SimCamera(view, terrain, () => this.#fires, options.skyAt));
		const served = this.#cameras.map((c) => ({
			name: c.view.pose.cameraId,
			width: c.view.width,
			height: c.view.height,
			render: (now: number) => c.render(now),
		}));
		this.rtsp = new RtspServer(served, options, options.clock);
		this.phones = new Phones(options.onPush);
		this.configFile = join(options.folder, "lookout.yaml");
	}

	/** Starts cameras and phones, and writes the tower's configuration, register and past. */
	async start(): Promise<void> {
		const { folder, clock, pastMinutes } = this.#options;
		mkdirSync(folder, { recursive: true });
		await this.phones.start();
		await writeCounty(this.world, join(folder, "register"), clock.now());
		for (const camera of this.#options.cameras ? this.#cameras : []) {
			if (pastMinutes > 0)
				await writePast(camera, join(folder, "var/past", `${camera.view.pose.cameraId}.fixed`), clock, {
					minutes: pastMinutes,
					size: PAST_SIZE,
				});
		}
		if (this.#options.cameras) await this.rtsp.start();
		writeFileSync(this.configFile, this.#config());
	}

	async stop(): Promise<void> {
		for (const node of this.#nodes.splice(0)) await node.stop();
		await this.rtsp.stop();
		await this.phones.stop();
	}

	/** Lights a fire; without one, the fire of this world. */
	ignite(fire = this.world.fireAt(this.#options.clock.now())): void {
		this.#fires.push(fire);
	}

	/** Puts all fires out; their smoke goes with them. */
	putOut(): void {
		this.#fires.length = 0;
	}

	/**
	 * Lets the sensor nodes speak to a broker; to that of another tower, where one is named. Answers with the nodes it
	 * has added.
	 */
	async connectNodes(brokerPort: () => number, periodMs: number, towerId = this.world.tower.id): Promise<SimNode[]> {
		const added: SimNode[] = [];
		for (const { id, position } of this.world.nodes) {
			const { terrain, seed } = this.world;
			const url = () => `mqtt://127.0.0.1:${brokerPort()}`;
			const node = new SimNode(
				{
					id,
					tower: towerId,
					position,
					password: passwordOf(id, seed),
					url,
					periodMs,
					terrain,
					fires: () => this.#fires,
					seed,
				},
				this.#options.clock,
			);
			this.#nodes.push(node);
			added.push(node);
			await node.start();
		}
		return added;
	}

	/**
	 * Enrols a phone the way a person does: the desk makes a link, the phone opens it and subscribes. `as`: headers that
	 * say who asks.
	 */
	async enrol(personId: string, consoleUrl: string, as: Record<string, string>): Promise<Phone> {
		const phone = this.phones.add(personId);
		const { url } = (await post(`${consoleUrl}/api/people/${personId}/enrol`, {}, as)) as { url: string };
		const token = url.slice(url.indexOf("#") + 1);
		await post(`${consoleUrl}/api/enrol/open`, { token });
		await post(`${consoleUrl}/api/enrol/subscribe`, {
			token,
			device: "simulated phone",
			subscription: phone.subscription,
		});
		return phone;
	}

	#config(): string {
		const { ports, ladder, periodS } = this.#options;
		const { tower, cameras, nodes, seed } = this.world;
		const parts = Object.fromEntries(REGISTER_PARTS.map((part) => [part, `register/${part}.csv`]));
		// YAML reads JSON: the file is for people to look at, and one of each kind stands on a line
		const list = (items: unknown[]) => items.map((i) => `  - ${JSON.stringify(i)}`).join("\n");
		return [
			"# Made by `lookout simulate`; every run writes it anew.",
			`tower: ${JSON.stringify({ id: tower.id, name: tower.name, ...tower.position })}`,
			this.#options.cameras ? "cameras:" : "cameras: []",
			list(
				(this.#options.cameras ? cameras : []).map(
					({ pose: { cameraId, position, heightM, azimuthDeg, tiltDeg, fovDeg, azimuthErrorDeg, rangeM } }) => ({
						id: cameraId,
						name: cameraId === "east" ? "东塔相机" : "西塔相机",
						source: { type: "rtsp", url: this.rtsp.url(cameraId) },
						...position,
						heightM: Math.round(heightM),
						azimuthDeg,
						tiltDeg,
						fovDeg,
						azimuthErrorDeg,
						rangeM,
						periodS,
					}),
				),
			),
			"sensors:",
			list(
				nodes.map(({ id, name, position }) => ({
					id,
					name,
					...position,
					credential: `sha256:${sha256(passwordOf(id, seed))}`,
					silentAfterS: 60,
				})),
			),
			`register: ${JSON.stringify({ ...parts, grids: "register/grids.geojson", forest: "register/forest.geojson", ground: "register/ground.geojson" })}`,
			"terrain: { dem: register/heights.tif }",
			`broker: { port: ${ports.broker} }`,
			`console: { port: ${ports.console} }`,
			`publicUrl: http://127.0.0.1:${ports.console}`,
			"ladder:",
			`  undoS: ${this.#options.undoS ?? 60}`,
			"  steps:",
			list(ladder).replaceAll(/^/gm, "  "),
			'reach: { webPush: { subject: "mailto:duty@lookout.example" } }',
			"",
		].join("\n");
	}
}

/** A person at the phone opens the link of a push and answers. */
export async function answerPush(push: Push, answer: string): Promise<void> {
	if (!push.link) return;
	const url = new URL(push.link);
	const token = url.hash.slice(1);
	const link = { token, key: `simulated phone ${token}` };
	await post(`${url.origin}/api/phone/incident`, link);
	await post(`${url.origin}/api/phone/answer`, { ...link, answer });
}

async function post(url: string, body: unknown, as: Record<string, string> = {}): Promise<unknown> {
	const response = await fetch(url, {
		method: "POST",
		headers: { "content-type": "application/json", ...as },
		body: JSON.stringify(body),
		signal: AbortSignal.timeout(15_000),
	});
	if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status} ${await response.text()}`);
	return response.json();
}

/** Nodes of the simulation know their passwords from the seed; nothing real is behind them. */
function passwordOf(id: string, seed: number): string {
	return sha256(`lookout simulated node ${id} ${seed}`).slice(0, 32);
}

function sha256(text: string): string {
	return createHash("sha256").update(text).digest("hex");
}
