import { Loader, Modal, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { call } from "../api.ts";
import type { Enrolment } from "../api-types.ts";
import { useReader } from "../context.ts";
import { inWords } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";

interface EnrolSheetProps {
	person: { id: string; name: string; phone?: string };
	/** What he answers for: there are others of his name. */
	where: string;
	onClose: () => void;
}

/** A link for one person's phone, as a picture to scan. */
export function EnrolSheet({ person, where, onClose }: EnrolSheetProps) {
	const { w } = useReader();
	const [link, setLink] = useState<Enrolment | undefined>();
	const [fault, setFault] = useState("");
	const { id } = person;
	useEffect(() => {
		call("POST /api/people/{id}/enrol", { path: { id } }).then(setLink, (error: Error) => setFault(error.message));
	}, [id]);
	return (
		<Modal
			opened
			onClose={onClose}
			title={[w.enrol, person.name, where, person.phone].filter((part) => part).join(" · ")}
		>
			<Stack align="center">
				{fault !== "" ? null : link ? (
					<>
						<img className="qr" src={`data:image/svg+xml;utf8,${encodeURIComponent(link.qr)}`} alt={link.url} />
						<code className="given">{link.url}</code>
						{/^https?:\/\/(127\.|localhost|\[::1\])/.test(link.url) && <Fault text={w.registerPage.loopback} />}
					</>
				) : (
					<Loader />
				)}
				<Text size="sm">{w.enrolHint}</Text>
				<Fault text={fault === "" ? "" : inWords(w, fault)} />
			</Stack>
		</Modal>
	);
}
