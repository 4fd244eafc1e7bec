import { Textarea } from "@mantine/core";
import { useState } from "react";
import { call } from "../api.ts";
import type { Incident } from "../api-types.ts";
import { useReader } from "../context.ts";
import { inWords } from "../i18n.ts";
import { Sheet } from "../ui/sheet.tsx";

/** What was ended is opened again, with a reason. */
export function ReopenSheet({ incident, onClose }: { incident: Incident; onClose: () => void }) {
	const { w } = useReader();
	const [reason, setReason] = useState("");
	const [fault, setFault] = useState("");
	const again = () =>
		call("POST /api/incidents/{id}/reopen", { path: { id: incident.id }, body: { reason: reason.trim() } }).then(
			onClose,
			(e: Error) => setFault(inWords(w, e.message)),
		);
	return (
		<Sheet
			title={w.ending.reopen}
			act={w.ending.reopen}
			color="red"
			fault={fault}
			onAct={() => void again()}
			onClose={onClose}
		>
			<Textarea
				label={w.ending.reopenWhy}
				value={reason}
				onChange={(e) => setReason(e.currentTarget.value)}
				minLength={2}
				maxLength={300}
				required
				data-autofocus
			/>
		</Sheet>
	);
}
