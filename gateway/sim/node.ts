import { create, toBinary } from "@bufbuild/protobuf";
import mqtt, { type MqttClient } from "mqtt";
import {
	BirthSchema,
	DeathSchema,
	EventKind,
	EventSchema,
	TelemetrySchema,
} from "../../firmware-contracts/gen/ts/tower/v1/tower_pb.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Service } from "../base/service.ts";
import type { Position } from "../geo/position.ts";
import { noise } from "./noise.ts";
import type { Fire } from "./plume.ts";
import type { Terrain } from "./terrain.ts";

export interface SimNodeOptions {
	id: string;
	tower: string;
	position: Position;
	password: string;
	url: () => string;
	periodMs: number;
	terrain: Terrain;
	fires: () => Fire[];
	seed: number;
}

/** Smoke at which the node raises its own alarm, ppm. */
const ALARM_PPM = 120;

/** A sensor node: the real contract over real MQTT, with made air around it. */
export class SimNode implements Service {
	readonly #options: SimNodeOptions;
	readonly #clock: Clock;
	#client: MqttClient | undefined;
	#timer: Timer | undefined;
	#seq = 0;
	#alarmed = false;
	readonly #boot: number;

	constructor(options: SimNodeOptions, clock: Clock) {
		this.#options = options;
		this.#clock = clock;
		this.#boot = Math.floor(clock.now() / 1000); // what a counter in flash gives a real node: more with every start
	}

	async start(): Promise<void> {
		const { id, password, url, periodMs } = this.#options;
		const client = mqtt.connect(url(), {
			clientId: id,
			username: id,
			password,
			clean: true,
			protocolVersion: 4,
			reconnectPeriod: 1000,
			will: {
				topic: this.#topic("death"),
				payload: Buffer.from(toBinary(DeathSchema, create(DeathSchema, { boot: this.#boot }))),
				qos: 1,
				retain: false,
			},
		});
		this.#client = client;
		client.on("error", () => {}); // it connects again by itself
		client.on(
			"connect",
			() =>
				void this.#publish(
					"birth",
					toBinary(
						BirthSchema,
						create(BirthSchema, { ...this.#head(), firmware: "sim-1.0", quantities: [1, 2, 3, 4, 6] }),
					),
				),
		);
		this.#timer = this.#clock.every("sim.node", periodMs, () => this.#measure());
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
		await this.#client?.endAsync(true);
	}

	/** What the air is like now. */
	air(): { smokePpm: number; temperature: number; humidity: number; co: number } {
		const { terrain, fires, position, seed } = this.#options;
		const seconds = this.#clock.now() / 1000;
		const smokePpm =
			4 +
			3 * noise(seed, seconds / 30, 1) +
			fires().reduce((sum, f) => sum + concentration(f, terrain, position, this.#clock.now()), 0);
		return {
			smokePpm,
			temperature: 24 + 2 * noise(seed, seconds / 600, 2) + smokePpm / 400,
			humidity: 38 + 6 * noise(seed, seconds / 500, 3) - smokePpm / 300,
			co: 0.4 + smokePpm / 12,
		};
	}

	#measure(): void {
		if (!this.#client?.connected) return;
		const { smokePpm, temperature, humidity, co } = this.air();
		const value = [temperature * 100, humidity * 10, smokePpm, co * 10, 3700].map(Math.round);
		void this.#publish(
			"tel",
			toBinary(TelemetrySchema, create(TelemetrySchema, { ...this.#head(), quantity: [1, 2, 3, 4, 6], value })),
		);
		if (smokePpm >= ALARM_PPM && !this.#alarmed) {
			this.#alarmed = true;
			void this.alarm(Math.round(smokePpm));
		}
		if (smokePpm < ALARM_PPM / 2) this.#alarmed = false;
	}

	/** Publishes an alarm now; resolves with its PUBACK. */
	async alarm(ppm: number): Promise<void> {
		const event = create(EventSchema, {
			...this.#head(),
			kind: EventKind.SMOKE,
			quantity: 3,
			value: ppm,
			threshold: ALARM_PPM,
		});
		await this.#publish("evt", toBinary(EventSchema, event));
	}

	#head() {
		return { boot: this.#boot, seq: ++this.#seq, uptimeMs: BigInt(Math.round(this.#clock.monotonic())) };
	}

	#topic(kind: string): string {
		return `t/1/${this.#options.tower}/${this.#options.id}/${kind}`;
	}

	async #publish(kind: string, payload: Uint8Array): Promise<void> {
		await this.#client?.publishAsync(this.#topic(kind), Buffer.from(payload), { qos: 1 }).catch(() => {});
	}
}

/** Smoke of a ground fire at a place, ppm: a Gaussian plume that grows with the fire and arrives with the wind. */
function concentration(fire: Fire, terrain: Terrain, position: Position, nowMs: number): number {
	const at = terrain.local(position);
	const from = terrain.local(fire.position);
	const wind = (fire.windToDeg * Math.PI) / 180;
	const [east, north] = [at.east - from.east, at.north - from.north];
	const along = east * Math.sin(wind) + north * Math.cos(wind);
	const across = east * Math.cos(wind) - north * Math.sin(wind);
	const age = (nowMs - fire.startMs) / 1000 - Math.max(0, along) / fire.windSpeed;
	if (age <= 0 || along < 0) return 0;
	const width = 40 + 0.25 * along;
	return 900 * Math.min(1, age / 120) * Math.exp(-(across * across) / (2 * width * width)) * (120 / (120 + along));
}
