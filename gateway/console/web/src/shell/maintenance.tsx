import { call } from "../api.ts";
import type { Tower } from "../api-types.ts";
import { clock, filled, inWords, type Words } from "../i18n.ts";

/** What is worked on: while it lasts these devices ring the desk alone. */
export function MaintenanceLines({ tower, w }: { tower: Tower; w: Words }) {
	const end = (id: string) => {
		call("POST /api/maintenance/{id}/end", { path: { id } }).catch((error: Error) => alert(inWords(w, error.message)));
	};
	return tower.maintenance.map((m) => (
		<p className="line maintenance" key={m.id}>
			{filled(w, w.maintenance.line, {
				devices: m.devices.join(", "),
				by: m.by,
				reason: m.reason,
				until: clock(w, m.until),
			})}{" "}
			<button type="button" onClick={() => end(m.id)}>
				{w.maintenance.end}
			</button>
		</p>
	));
}
