import { call } from "./api.ts";
import type { Tower } from "./api-types.ts";
import { clock, inWords, type Words } from "./i18n.ts";

const LEVELS = [1, 2, 3, 4, 5] as const;

/** The danger level of the day: declared here by a person, it moves the point from which cameras ring. */
export function DangerLevel({ tower, w }: { tower: Tower; w: Words }) {
	const declare = (level: (typeof LEVELS)[number]) => {
		if (!confirm(`${w.danger} ${level}`)) return;
		call("POST /api/danger", { body: { level } }).catch((error: Error) => alert(inWords(w, error.message)));
	};
	const declared = tower.danger ? `${tower.danger.by} ${clock(w, tower.danger.at)}` : w.dangerUnknown;
	const title = `${declared} · ${inWords(w, tower.point)}`;
	return (
		<fieldset className="danger" title={title}>
			<legend>{w.danger}</legend>
			{LEVELS.map((level) => (
				<button
					key={level}
					type="button"
					className={`quiet level-${level}`}
					aria-pressed={tower.danger?.level === level}
					onClick={() => declare(level)}
				>
					{level}
				</button>
			))}
		</fieldset>
	);
}
