import { Button, Group } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { call } from "../api.ts";
import { useReader } from "../context.ts";
import { filled, inWords } from "../i18n.ts";
import { useRegisterChanged } from "./register.ts";
import "@mantine/notifications/styles.css";

/** How long it stays, ms: long enough to see what was meant otherwise. */
const SHOWN_MS = 15_000;

/** Where the pages say what was saved; once, on every page. */
export function SavedNotices() {
	return <Notifications position="top-center" limit={2} containerWidth={460} />;
}

/** Says that an edit of the register counts, with the way back. */
export function saySaved(n: number): void {
	const id = `edit ${n}`;
	notifications.show({ id, message: <Saved n={n} onDone={() => notifications.hide(id)} />, autoClose: SHOWN_MS });
}

function Saved({ n, onDone }: { n: number; onDone: () => void }) {
	const { w } = useReader();
	const r = w.registerPage;
	const changed = useRegisterChanged();
	const undo = () =>
		call("POST /api/register/edits/{n}/undo", { path: { n: String(n) } }).then(
			() => {
				changed();
				onDone();
				notifications.show({ message: filled(w, r.undoneNow, { n }) });
			},
			(error: Error) => notifications.show({ color: "red", message: inWords(w, error.message) }),
		);
	return (
		<Group justify="space-between" wrap="nowrap" role="status">
			<span>{filled(w, r.saved, { n })}</span>
			<Button size="compact-sm" onClick={() => void undo()}>
				{r.undo}
			</Button>
		</Group>
	);
}
