import { useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { call } from "../api.ts";
import type { EnrolmentOpened } from "../api-types.ts";
import { inWords, preferred, words } from "../i18n.ts";
import "./style.css";

/** Link → page → permission → subscription → tested message. */
function Enrol() {
	const token = location.hash.slice(1);
	const w = useMemo(() => words(preferred()), []);
	const [who, setWho] = useState<EnrolmentOpened | undefined>();
	const [message, setMessage] = useState("");
	useEffect(() => {
		call("POST /api/enrol/open", { body: { token } }).then(setWho, () => setMessage(w.badLink));
	}, [token, w]);
	const enrol = async () => {
		try {
			if (!("serviceWorker" in navigator) || !("PushManager" in window) || !who?.key) return setMessage(w.notSupported);
			const registration = await navigator.serviceWorker.register("/sw.js");
			if ((await Notification.requestPermission()) !== "granted") return setMessage(w.enrolFailed);
			await navigator.serviceWorker.ready;
			const subscription = (
				await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: who.key })
			).toJSON();
			const { endpoint = "", keys: { p256dh = "", auth = "" } = {} } = subscription;
			const tested = await call("POST /api/enrol/subscribe", {
				body: { token, device: navigator.userAgent.slice(0, 200), subscription: { endpoint, keys: { p256dh, auth } } },
			});
			setMessage(tested.accepted ? w.enrolled : `${w.enrolFailed}: ${inWords(w, tested.detail)}`);
		} catch (error) {
			setMessage(`${w.enrolFailed}: ${inWords(w, (error as Error).message)}`);
		}
	};
	return (
		<main className="phone">
			<h1>{w.title}</h1>
			{who && (
				<>
					<p>
						{w.hello}, <b>{who.name}</b>
					</p>
					<p>{who.tower}</p>
					<div className="answers big">
						<button type="button" className="going" onClick={enrol}>
							{w.allow}
						</button>
					</div>
				</>
			)}
			{message && <p role="status">{message}</p>}
		</main>
	);
}

createRoot(document.getElementById("root") as HTMLElement).render(<Enrol />);
