import { call, type Tower } from "./api.ts";
import { clock, type Words } from "./i18n.ts";

/** What is worked on: while it lasts these devices ring the desk alone. */
export function MaintenanceLines({ tower, w }: { tower: Tower; w: Words }) {
	const end = (id: string) => {
		const by = prompt(w.maintenance.endBy);
		if (by) call("POST", `/api/maintenance/${id}/end`, { by }).catch((error: Error) => alert(error.message));
	};
	return tower.maintenance.map((m) => (
		<p className="fault maintenance" key={m.id}>
			{w.maintenance.line(m.devices.join(", "), m.by, m.reason, clock(m.until))}{" "}
			<button type="button" className="quiet" onClick={() => end(m.id)}>
				{w.maintenance.end}
			</button>
		</p>
	));
}
