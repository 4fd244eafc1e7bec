import { useEffect, useState } from "react";
import { call } from "./api.ts";
import type { Enrolment, Person } from "./api-types.ts";
import { postOf, type Words } from "./i18n.ts";

export function Enrol({ w, onClose }: { w: Words; onClose: () => void }) {
	const [people, setPeople] = useState<Person[]>([]);
	const [link, setLink] = useState<Enrolment | undefined>();
	useEffect(() => {
		call("GET /api/people").then(setPeople, () => setPeople([]));
	}, []);
	return (
		<div className="veil">
			<dialog open aria-label={w.enrol}>
				<h2>{w.enrol}</h2>
				{link ? (
					<>
						<p>
							<b>{link.name}</b>
						</p>
						<img className="qr" alt={link.url} src={`data:image/svg+xml;utf8,${encodeURIComponent(link.qr)}`} />
						<p>{w.enrolHint}</p>
						<code>{link.url}</code>
					</>
				) : (
					<ul className="people">
						{people.map((p) => (
							<li key={p.id}>
								<button
									type="button"
									onClick={() => call("POST /api/people/{id}/enrol", { path: { id: p.id } }).then(setLink)}
								>
									{p.name} <small>{postOf(w, p)}</small>
								</button>
							</li>
						))}
					</ul>
				)}
				<button type="button" className="quiet" onClick={onClose}>
					{w.close}
				</button>
			</dialog>
		</div>
	);
}
