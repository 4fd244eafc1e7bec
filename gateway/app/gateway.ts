import { defined, omit } from "../base/omit.ts";
import { allOf, type Service, ServiceStack } from "../base/service.ts";
import { Console } from "../console/api/server.ts";
import type { ConsoleBackend } from "../console/backend.ts";
import { deletePictures } from "../console/evidence-files.ts";
import { ClockWatch } from "../engine/clock-watch.ts";
import { Housekeeping } from "../engine/housekeeping.ts";
import { UnreachedWatch } from "../engine/unreached.ts";
import { Auditor } from "../ledger/auditor.ts";
import { EMPTY_REGISTER, type Register } from "../model/register.ts";
import { ConfigWatch } from "../ops/config/reload.ts";
import { dropFirstLink } from "../ops/first-link.ts";
import { mostStrangers } from "../ops/health/limits.ts";
import { Watchdog } from "../ops/health/watchdog.ts";
import { buildHeartbeat, type Heartbeat } from "../ops/heartbeat.ts";
import { neededFfmpeg } from "../ops/programs.ts";
import { enforceBudget } from "../watch/capture/evidence.ts";
import { createConsoleBackend, statusOf } from "./console-backend.ts";
import { buildCore, type Core, type GatewayOptions } from "./core.ts";
import { buildInputs, type Inputs } from "./inputs.ts";
import { buildNotifications, type Notifications } from "./notifications.ts";

/** The rooms of one gateway, built and joined. */
interface Rooms extends Inputs, Notifications {
	core: Core;
	clockWatch: ClockWatch;
	auditor: Auditor;
	console: Console;
	heartbeat: Heartbeat | undefined;
	housekeeping: Housekeeping;
}

type HousekeepingParts = Pick<Rooms, "evidence" | "links" | "clockWatch">;

/** One gateway: builds the rooms, joins them, starts them in order and stops them in reverse. */
export class Gateway implements Service {
	readonly #options: GatewayOptions;
	readonly #stack: ServiceStack;
	#core: Core | undefined;
	#rooms: Rooms | undefined;

	constructor(options: GatewayOptions) {
		this.#options = options;
		this.#stack = new ServiceStack((name, err) => options.log.error({ err, name }, "did not stop cleanly"));
	}

	get register(): Register {
		return this.#core?.register.register ?? EMPTY_REGISTER;
	}

	get consoleUrl(): string {
		return this.#core?.pages.url ?? "";
	}

	/** Port of the broker for sensors. Throws before `start`. */
	get brokerPort(): number {
		if (!this.#rooms) throw new Error("LK0001 the gateway has not started");
		return this.#rooms.sense.port;
	}

	async start(signal: AbortSignal): Promise<void> {
		this.#core = await buildCore(this.#options);
		try {
			this.#rooms = await buildRooms(this.#core);
			stackUp(this.#stack, this.#rooms);
			for (const event of await this.#core.stores.messages.pending()) void this.#core.processor.submit(event);
			await this.#stack.start(signal);
		} catch (error) {
			await this.stop();
			throw error;
		}
	}

	async stop(): Promise<void> {
		await this.#stack.stop();
		this.#core?.tally.flush();
		await this.#core?.close();
	}
}

async function buildRooms(core: Core): Promise<Rooms> {
	const { stores, processor, clock, log, feed } = core;
	const { accounts, judgements, outbox } = stores;
	const auditor = new Auditor({ judgements, outbox, clock, log });
	const clockWatch = new ClockWatch({ ...core, accounts, submit: (event) => processor.submit(event) });
	const notifications = await buildNotifications(core);
	const inputs = buildInputs(core, clockWatch);
	const deps = { ...core, ...inputs, ...notifications, auditor };
	const backend = createConsoleBackend(deps);
	feed.show(backend);
	const heartbeat = buildHeartbeat(core.config, () => statusOf(deps), clock, log);
	const housekeeping = buildHousekeeping(core, { ...inputs, ...notifications, clockWatch });
	const pages = buildConsole(core, backend);
	return { ...inputs, ...notifications, core, clockWatch, auditor, console: pages, heartbeat, housekeeping };
}

function buildConsole(core: Core, backend: ConsoleBackend): Console {
	const { config, options, dataDir, pages, optionalSecret, stores } = core;
	const { viewerPassword, oidc, ...listener } = config.console;
	const password = optionalSecret("viewerPassword", viewerPassword);
	const viewer = password === undefined ? {} : { viewerPassword: password };
	const clientSecret = optionalSecret("oidc.clientSecret", oidc?.clientSecret);
	const provider = oidc && { oidc: { ...omit(oidc, "clientSecret"), ...defined({ clientSecret }) } };
	const onListening = (url: string) => void Object.assign(pages, { url });
	const hooks = { onListening, onFirstLink: options.onFirstLink, onUser: () => dropFirstLink(dataDir) };
	const consoleOptions = { ...listener, ...viewer, ...provider, ...hooks, backend, mostStrangers: mostStrangers() };
	return new Console(consoleOptions, { ...core, ...stores });
}

function buildHousekeeping(core: Core, { evidence, links, clockWatch }: HousekeepingParts): Housekeeping {
	const { config, stores, clock, log } = core;
	return new Housekeeping({
		keepMs: config.privacy.keepDays * 86_400_000,
		...stores,
		links,
		pruneEvidence: () => enforceBudget(evidence),
		deletePictures: (names) => deletePictures(evidence.folder, names),
		isTrusted: () => clockWatch.isTrusted,
		clock,
		log,
	});
}

/** Judge and outbox first: nothing may come in before there is somewhere for it to go. */
function stackUp(stack: ServiceStack, rooms: Rooms): void {
	const { options, clock, log, keeper, processor, parts, register, context, feed, stores } = rooms.core;
	// where nobody sits before it, a part that cannot start is tried again while the others go on
	const kept = (name: string, service: Service) => (options.goesOn ? parts.kept(name, service) : service);
	const add = (name: string, service: Service | undefined) => service && stack.add(name, kept(name, service));
	stack.add("watchdog", new Watchdog(clock));
	stack.add("store", keeper);
	stack.add("line", rooms.seals);
	stack.add("judge", processor);
	stack.add("clock", rooms.clockWatch);
	add("sense", rooms.sense);
	if (rooms.cameras.length > 0) add("ffmpeg", neededFfmpeg());
	// a detector opens its model and a camera waits for its keyframe, while the rest starts
	add("detector", rooms.detector);
	add("companion", rooms.companion);
	stack.add("cameras", allOf(rooms.cameras.map((camera) => kept(`camera ${camera.state.id}`, camera))));
	add("console", rooms.console);
	add("outbox", rooms.dispatcher);
	add("unreached", new UnreachedWatch(stores.outbox, (event) => processor.submit(event), clock, log));
	for (const [name, line] of rooms.lines) add(name, line);
	add("register", register);
	add("auditor", rooms.auditor);
	add("heartbeat", rooms.heartbeat);
	add("CAP", rooms.cap?.exchange);
	stack.add("configuration", new ConfigWatch(options.inForce, clock, log, () => feed.towerChanged()));
	stack.add("context", context);
	stack.add("housekeeping", rooms.housekeeping);
}
