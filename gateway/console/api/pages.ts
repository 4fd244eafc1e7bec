import { existsSync } from "node:fs";
import { join } from "node:path";
import compress from "@fastify/compress";
import fastifyStatic from "@fastify/static";
import { words } from "../../base/say.ts";
import type { Log } from "../../ops/log/log.ts";
import type { App } from "./services.ts";

const WEB = join(import.meta.dirname, "../web/dist");
/** Addresses that the desk's page answers for by itself; what stands behind them is asked of the interface. */
const OF_THE_DESK = [
	"desk",
	"map",
	"incidents",
	"cameras",
	"sensors",
	"people",
	"duty",
	"numbers",
	"system",
	"account",
];
/** Answers that are smaller are not worth it, bytes. */
const WORTH_COMPRESSING = 2_048;

/**
 * The pages themselves. What the build has named by its content is kept by browsers for ever; all else is asked for
 * anew. They are compressed when they are built, answers of the interface when they are given.
 */
export async function pageRoutes(app: App, log: Log): Promise<void> {
	await app.register(compress, { threshold: WORTH_COMPRESSING, encodings: ["gzip"] });
	if (!existsSync(WEB)) return notBuilt(app, log);
	await app.register(fastifyStatic, {
		root: WEB,
		preCompressed: true,
		cacheControl: false,
		setHeaders: (reply, path) => {
			const isNamed = path.includes(join(WEB, "assets"));
			reply.header("cache-control", isNamed ? "public, max-age=31536000, immutable" : "no-cache");
		},
	});
	for (const page of OF_THE_DESK)
		for (const path of [`/${page}`, `/${page}/*`])
			app.get(path, { schema: { hide: true } }, (_request, reply) => reply.sendFile("index.html"));
}

/** What is shown and logged where nobody has built the pages: the interface itself is there. */
function notBuilt(app: App, log: Log): void {
	log.error({ folder: WEB }, `LK0701 ${words("en", "api.notBuilt")}`);
	const text = `${words("zh", "api.notBuilt")}\n${words("en", "api.notBuilt")}\n`;
	for (const path of ["/", "/i.html", "/enrol.html"])
		app.get(path, { schema: { hide: true } }, (_request, reply) =>
			reply.code(503).type("text/plain; charset=utf-8").send(text),
		);
}
