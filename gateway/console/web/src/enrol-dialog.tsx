import { useEffect, useState } from "react";
import { call } from "./api.ts";
import { type Words, word } from "./i18n.ts";

interface Person {
	id: string;
	name: string;
	role: string;
	level: string;
}

export function Enrol({ w, onClose }: { w: Words; onClose: () => void }) {
	const [people, setPeople] = useState<Person[]>([]);
	const [link, setLink] = useState<{ name: string; url: string; qr: string } | undefined>();
	useEffect(() => {
		call<Person[]>("GET", "/api/people").then(setPeople, () => setPeople([]));
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
									onClick={() =>
										call<{ name: string; url: string; qr: string }>("POST", `/api/people/${p.id}/enrol`).then(setLink)
									}
								>
									{p.name}{" "}
									<small>
										{word(w.levels, p.level)}
										{word(w.roles, p.role)}
									</small>
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
