import { defined, notEmpty } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Tower } from "./schemas.ts";

/** What is known of the tower, and what is wrong with it. */
export interface TowerParts {
	tower: Pick<Tower, "id" | "name" | "language" | "timeZone" | "lat" | "lon">;
	context: DecisionContext;
	now: number;
	/** The operating point in force, and from which probabilities on it rings; those of the quiet one. */
	point: Phrase;
	needs: Tower["needs"];
	quiet: Tower["quiet"];
	exercise: boolean;
	version: string;
	publicUrl?: string;
	faults: {
		audit: readonly NonNullable<Tower["audit"]>[number][];
		register: readonly Phrase[];
		notices: readonly NonNullable<Tower["neighbours"]>[number][];
		model?: Phrase;
		config?: Phrase;
		store?: NonNullable<Tower["storeFault"]>;
		parts?: Phrase[];
	};
}

/** The tower as the pages show it: levels and maintenance that are over are left out. */
export function towerView({ tower, context, now, faults, publicUrl, ...shown }: TowerParts): Tower {
	const { danger, areaDangers = [], maintenance = [], register } = context;
	const { id, name, language, timeZone, lat, lon } = tower;
	const nameOf = (code: string | undefined) => register.units.find((u) => u.code === code)?.name;
	const lasting = areaDangers.filter((d) => d.until > now);
	return {
		id,
		name,
		language,
		timeZone,
		lat,
		lon,
		...shown,
		register: register.version,
		maintenance: maintenance.filter((m) => m.until > now),
		areaDangers: lasting.map((d) => ({ ...d, ...defined({ areaName: nameOf(d.area) }) })),
		...defined({
			modelFault: faults.model,
			danger: danger && danger.until > now ? danger : undefined,
			configFault: faults.config,
			storeFault: faults.store,
			partFaults: faults.parts,
			publicUrl,
		}),
		...notEmpty({
			audit: [...faults.audit],
			registerFaults: [...faults.register],
			neighbours: [...faults.notices],
		}),
	};
}
